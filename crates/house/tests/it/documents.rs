//! What the documents say is there.

use std::collections::BTreeSet;

use house::documents;

use crate::repository::{crates, read, root, texts};

#[test]
fn links_in_documents_lead_somewhere() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for (path, text) in texts().filter(|(path, _)| path.ends_with(".md")) {
        let folder = root().join(&path).parent().unwrap().to_owned();
        for link in documents::links(&text) {
            seen += 1;
            if !folder.join(link).exists() {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(seen > 0, "no document has a link");
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn the_architecture_names_every_crate_and_fits_two_pages() {
    let text = read("ARCHITECTURE.md");
    for name in crates() {
        assert!(text.contains(&format!("`{name}`")), "ARCHITECTURE.md does not mention {name}");
    }
    let words = text.split_whitespace().count();
    assert!(words <= 1300, "ARCHITECTURE.md has {words} words: two pages are about 1300");
}

#[test]
fn the_policy_in_the_readme_allows_what_is_called_and_no_more() {
    // Provisioning is the local environment's alone: nobody needs a policy for it.
    let is_adapter = |path: &str| path.starts_with("crates/shipway-aws/src/") && !path.ends_with("/provisioner.rs");
    let called: BTreeSet<String> = texts()
        .filter(|(path, _)| is_adapter(path))
        .flat_map(|(_, text)| documents::lambda_actions_called(&text))
        .collect();
    assert!(called.contains("lambda:UpdateFunctionCode"), "{called:?}");
    assert_eq!(documents::actions(&read("README.md"), "lambda"), called);
}
