//! Snippets that carry what must be found in them: behind `~~` on a line, names with `!` (required) or `?` (optional), and
//! `*` for a computed one.

use shipway_contract::{Language, Need, read};

/// Reads a snippet and compares what is found, line by line, with what it says.
pub(crate) fn check(language: Language, snippet: &str) {
    let mut source = String::new();
    let mut expected = Vec::new();
    for (index, line) in snippet.lines().enumerate() {
        let (code, marks) = line.split_once("~~").unwrap_or((line, ""));
        source.push_str(code);
        source.push('\n');
        expected.extend(marks.split_whitespace().map(|mark| format!("{}: {mark}", index + 1)));
    }
    let reading = read(language, source.as_bytes());
    let reads = reading.reads.iter().map(|read| {
        let sign = if read.need == Need::Required { '!' } else { '?' };
        format!("{}: {}{sign}", read.line, read.name)
    });
    let mut found: Vec<String> = reads.chain(reading.computed.iter().map(|line| format!("{line}: *"))).collect();
    found.sort();
    expected.sort();
    let missed: Vec<_> = expected.iter().filter(|one| !found.contains(one)).collect();
    let extra: Vec<_> = found.iter().filter(|one| !expected.contains(one)).collect();
    assert!(missed.is_empty() && extra.is_empty(), "{language:?}\n missed: {missed:?}\n extra: {extra:?}");
}
