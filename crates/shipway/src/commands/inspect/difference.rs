//! What changed from one package to another, in words and as data.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shipway_package::{FileDifference, FileState, differences};

use super::Inspected;
use super::report::{mode, printable};
use crate::output::{Printer, Table, plural, size};

pub(super) fn answer(before: &Inspected, after: &Inspected, rows: usize, printer: &Printer) {
    let found = differences(&before.inspection, &after.inspection);
    printer.answer(|| text(before, after, &found, rows), || data(before, after, &found));
}

fn text(before: &Inspected, after: &Inspected, found: &[FileDifference], rows: usize) -> String {
    let (one, other) = (&before.inspection, &after.inspection);
    let mut totals = Table::new(&["", "BEFORE", "AFTER", "CHANGE"]);
    totals.row(["artifact".to_owned(), before.located.title(), after.located.title(), same(one, other)]);
    let grown = |name: &str, before: u64, after: u64| {
        [name.to_owned(), size(before), size(after), growth(i128::from(after) - i128::from(before))]
    };
    totals.row(grown("zipped", one.zip_bytes, other.zip_bytes));
    totals.row(grown("unzipped", one.unzipped_bytes, other.unzipped_bytes));
    let (files_before, files_after) = (one.entries.len(), other.entries.len());
    let more = i128::try_from(files_after).unwrap_or(0) - i128::try_from(files_before).unwrap_or(0);
    let more = if more == 0 { "=".to_owned() } else { format!("{more:+}") };
    totals.row(["files".to_owned(), files_before.to_string(), files_after.to_string(), more]);
    let mut text = totals.render();
    if found.is_empty() {
        text.push_str("\nthe files are the same\n");
        return text;
    }
    let mut table = Table::new(&["CHANGE", "BEFORE", "AFTER", "WHAT", "FILE"]);
    for difference in found.iter().take(rows) {
        let bytes = |state: Option<FileState>| state.map_or_else(String::new, |state| size(state.bytes));
        table.row([
            growth(difference.growth()),
            bytes(difference.before),
            bytes(difference.after),
            what(difference),
            printable(&difference.path),
        ]);
    }
    let _ = write!(text, "\n{}", table.render());
    if found.len() > rows {
        let (left, all) = (plural(found.len() - rows, "more file"), found.len());
        let _ = writeln!(text, "and {left}: `--rows {all}` shows all");
    }
    text
}

fn same(one: &shipway_package::Inspection, other: &shipway_package::Inspection) -> String {
    let said = match (one.zip_sha256 == other.zip_sha256, one.package_digest == other.package_digest) {
        (true, _) => "the same zip",
        (false, true) => "the same package in another zip",
        (false, false) => "",
    };
    said.to_owned()
}

/// As `+1.2 MB`, `-300 bytes`, `=`.
fn growth(bytes: i128) -> String {
    let amount = size(u64::try_from(bytes.unsigned_abs()).unwrap_or(u64::MAX));
    match bytes {
        0 => "=".to_owned(),
        1.. => format!("+{amount}"),
        _ => format!("-{amount}"),
    }
}

fn what(difference: &FileDifference) -> String {
    match (difference.before, difference.after) {
        (None, _) => "added".to_owned(),
        (_, None) => "removed".to_owned(),
        (Some(before), Some(after)) => {
            let modes = (before.mode != after.mode).then(|| format!("{} → {}", mode(before.mode), mode(after.mode)));
            let content = difference.is_of_content().then(|| "changed".to_owned());
            [content, modes].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    }
}

fn data(before: &Inspected, after: &Inspected, found: &[FileDifference]) -> Value {
    let total = |inspected: &Inspected| {
        let inspection = &inspected.inspection;
        json!({
            "artifact": inspection.zip_sha256.to_string(),
            "package_digest": inspection.package_digest.to_string(),
            "file": inspected.located.path.display().to_string(),
            "zip_bytes": inspection.zip_bytes,
            "unzipped_bytes": inspection.unzipped_bytes,
            "files": inspection.entries.len(),
        })
    };
    let state = |state: FileState| {
        json!({
            "bytes": state.bytes,
            "compressed_bytes": state.compressed_bytes,
            "mode": format!("{:06o}", state.mode.bits()),
        })
    };
    let files: Vec<Value> = found
        .iter()
        .map(|difference| {
            let kind = match (difference.before, difference.after) {
                (None, _) => "added",
                (_, None) => "removed",
                _ if difference.is_of_content() => "changed",
                _ => "mode-changed",
            };
            json!({
                "path": difference.path,
                "change": kind,
                "before": difference.before.map(state),
                "after": difference.after.map(state),
            })
        })
        .collect();
    json!({ "version": 1, "before": total(before), "after": total(after), "differences": files })
}
