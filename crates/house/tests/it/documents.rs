//! What the documents say is there.

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
