//! Prints what is read from the files that are named, one line for each finding.

use std::io::Write as _;

use shipway_contract::{Language, read};

#[expect(clippy::disallowed_methods, reason = "the reader is pure; this shows what it says of files")]
fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let Some(language) = Language::of_path(&path) else { continue };
        let reading = read(language, &std::fs::read(&path)?);
        for found in &reading.reads {
            writeln!(output, "{path}:{}: {} {:?} {:?}", found.line, found.name, found.need, found.part)?;
        }
        for line in &reading.computed {
            writeln!(output, "{path}:{line}: computed")?;
        }
    }
    Ok(())
}
