//! What people read, with what differs from run to run replaced.

use crate::support::Run;
use crate::support::cloud::ACCOUNT;

/// The answer and what was said beside it, from the first warning or error on: before it stands what went on meanwhile.
pub(super) fn read(run: &Run) -> String {
    let lines: Vec<&str> = run.stderr.lines().collect();
    let begins = |line: &&str| line.starts_with("warning: ") || line.starts_with("error: ");
    let first = lines.iter().position(begins).unwrap_or(lines.len());
    lasting(&format!("{}{}", run.stdout, lines[first..].join("\n")))
}

/// The text without digests, times and the widths of columns that hold them.
fn lasting(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line(text: &str) -> String {
    let indented = text.len() - text.trim_start().len();
    let cells: Vec<String> = text.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(cell).collect();
    format!("{}{}", &text[..indented], cells.join("  "))
}

fn cell(text: &str) -> String {
    if text.split_once(' ').is_some_and(|(number, unit)| ["ms", "s"].contains(&unit) && number.parse::<f64>().is_ok()) {
        return "<took>".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for found in text.split(' ') {
        let bare = found.trim_end_matches([':', ',', ')', ';', '+']);
        let word = format!("{}{}", lasting_word(bare), &found[bare.len()..]);
        // `just now`, `7 seconds ago`
        let spans = usize::from(bare == "now" && words.last().is_some_and(|word| word == "just"))
            + 2 * usize::from(bare == "ago" && words.len() >= 2);
        if spans > 0 {
            words.truncate(words.len() - spans);
            words.push(format!("<ago>{}", &found[bare.len()..]));
        } else {
            words.push(word);
        }
    }
    words.join(" ")
}

fn lasting_word(word: &str) -> &str {
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let year = word.len() > 15 && word.bytes().take(4).all(|byte| byte.is_ascii_digit()) && word.contains('T');
    match word {
        _ if word.len() == 12 && word.bytes().all(hexadecimal) && word != ACCOUNT => "<digest>",
        _ if year && word.contains(':') => "<time>",
        _ if year && word.contains("Z-") => "<deployment>",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_replaced() {
        let texts = [
            ("greet: 0123456789ab is HELD since just now:", "greet: <digest> is HELD since <ago>:"),
            ("  - since 2026-11-23T17:30:59.000+0000", "  - since <time>"),
            ("20261123T173059Z-c5pq5w7g was given up", "<deployment> was given up"),
            ("greet     2        75 seconds ago   x", "greet  2  <ago>  x"),
            ("greet  HELD   3.2 s", "greet  HELD  <took>"),
            ("timeout is 3 s, at least 10 s are required", "timeout is 3 s, at least 10 s are required"),
            ("environment variable `APP_QUEUE` is not set", "environment variable `APP_QUEUE` is not set"),
        ];
        for (text, expected) in texts {
            assert_eq!(lasting(text), expected);
        }
    }
}
