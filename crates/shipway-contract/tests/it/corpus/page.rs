//! The part of `docs/contract.md` that is written from the corpus.

use std::fmt::Write as _;
use std::path::Path;

use super::Measured;
use super::explained::EXPLAINED;

const BEGIN: &str = "<!-- Written by the tests of shipway-contract: begin -->\n";
const END: &str = "<!-- end -->";

/// Compares the page with today's figures, or writes them when that is asked for.
#[expect(
    clippy::disallowed_methods,
    reason = "the reader is pure; this test of what is said of it reads the repository"
)]
pub(crate) fn check(measured: &[Measured]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/contract.md");
    let page = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("docs/contract.md: {error}"));
    let (before, rest) = page.split_once(BEGIN).expect("the page has a mark where the figures begin");
    let (present, after) = rest.split_once(END).expect("the page has a mark where the figures end");
    let generated = figures(measured);
    if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
        std::fs::write(&file, format!("{before}{BEGIN}{generated}{END}{after}")).expect("the page can be written");
        return;
    }
    assert!(
        present == generated,
        "docs/contract.md does not have today's figures; write them with `UPDATE_GENERATED=1 cargo test -p \
         shipway-contract`, and look at the difference:\n{generated}"
    );
}

fn figures(measured: &[Measured]) -> String {
    let mut text = String::from(
        "\n| language | files | how many | variables read | reads | reads with their need | computed names |\n|---|---|---|---|---|---|---|\n",
    );
    for one in measured {
        let (set, score) = (one.set.name(), &one.score);
        let _ = writeln!(
            text,
            "| {} | {set} | {} | {} | {} | {} | {} |",
            one.language, score.files, score.reads.labelled, score.reads, score.needs, score.computed
        );
    }
    text.push_str("\nEach figure is recall / precision, rounded down. What is different, all of it:\n");
    for one in measured.iter().filter(|one| !one.differences.is_empty()) {
        let _ = writeln!(text, "\n**{}, {}**\n", one.language, one.set.name());
        for difference in &one.differences {
            let explained = EXPLAINED.iter().find(|explained| explained.fits(difference));
            let reason = explained.map(|explained| format!(" ({})", explained.reason)).unwrap_or_default();
            let _ = writeln!(text, "- {difference}{reason}");
        }
    }
    text.push('\n');
    text
}
