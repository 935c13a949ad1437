//! One package in words and as data: its totals, and what is in it, largest first.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shipway_core::build::{BuildRecord, Platform};
use shipway_package::{ContentNode, EntryMode, UNZIPPED_LIMIT};

use super::Inspected;
use super::verdict::Verdict;
use crate::output::{Table, plural, size};

/// The totals, as names and values.
pub(super) fn facts(inspected: &Inspected) -> Vec<(&'static str, String)> {
    let Inspected { located, inspection } = inspected;
    let mut facts = vec![("artifact", inspection.zip_sha256.to_string())];
    facts.extend(located.record.as_ref().map(|record| ("built as", built_as(record))));
    facts.push(("file", located.path.display().to_string()));
    facts.push(("package", inspection.package_digest.to_string()));
    facts.push((
        "size",
        format!(
            "{} zipped, {} unzipped: {} of what Lambda unpacks; {}",
            size(inspection.zip_bytes),
            size(inspection.unzipped_bytes),
            share(inspection.unzipped_bytes, UNZIPPED_LIMIT),
            plural(inspection.entries.len(), "file"),
        ),
    ));
    facts
}

fn built_as(record: &BuildRecord) -> String {
    let (runtime, handler) = (&record.contract.runtime, &record.contract.handler);
    let commit = record.commit().map_or_else(String::new, |commit| format!(", commit {}", commit.short()));
    format!("{}, {runtime} {handler}, for {}{commit}", record.function, record.platform)
}

/// The totals and the table.
pub(super) fn text(inspected: &Inspected, tree: &ContentNode, rows: usize) -> String {
    let facts = facts(inspected);
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in &facts {
        let _ = writeln!(text, "{name:width$}  {value}");
    }
    let nodes = largest_first(tree);
    let mut table = Table::new(&["SHARE", "SIZE", "ZIPPED", "MODE", "WHAT"]);
    for node in nodes.iter().take(rows) {
        table.row([
            share(node.bytes, tree.bytes),
            size(node.bytes),
            size(node.compressed_bytes),
            node.mode.map_or_else(String::new, mode),
            what(node),
        ]);
    }
    let _ = write!(text, "\n{}", table.render());
    if nodes.len() > rows {
        let _ = writeln!(text, "and {} more: `--rows {}` shows all", nodes.len() - rows, nodes.len());
    }
    text
}

/// Folders and files below the root; of two that are equally large the outer one first.
fn largest_first(tree: &ContentNode) -> Vec<&ContentNode> {
    let mut nodes = tree.all();
    nodes.remove(0);
    nodes.sort_by(|left, right| right.bytes.cmp(&left.bytes).then_with(|| left.path.cmp(&right.path)));
    nodes
}

fn what(node: &ContentNode) -> String {
    match node.mode {
        Some(_) => printable(&node.path),
        None => format!("{}/ ({})", printable(&node.path), plural(node.files, "file")),
    }
}

/// A name that cannot move a terminal's cursor: zips of others may hold any.
pub(super) fn printable(path: &str) -> String {
    path.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// As `755`; of links and the like, what they are.
pub(super) fn mode(mode: EntryMode) -> String {
    let kind = if mode.is_link() { "link " } else { "" };
    format!("{kind}{:03o}", mode.bits() & 0o7777)
}

/// As `12.3 %`.
pub(super) fn share(part: u64, whole: u64) -> String {
    let tenths = if whole == 0 { 0 } else { (u128::from(part) * 1_000 + u128::from(whole) / 2) / u128::from(whole) };
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Everything, for programs.
pub(super) fn data(inspected: &Inspected, tree: &ContentNode, verdict: &Verdict) -> Value {
    let Inspected { located, inspection } = inspected;
    let nodes = largest_first(tree);
    let of_node = |node: &&ContentNode| {
        let (bytes, compressed_bytes) = (node.bytes, node.compressed_bytes);
        match node.mode {
            Some(mode) => json!({
                "path": node.path,
                "bytes": bytes,
                "compressed_bytes": compressed_bytes,
                "mode": format!("{:06o}", mode.bits()),
            }),
            None => json!({
                "path": node.path,
                "bytes": bytes,
                "compressed_bytes": compressed_bytes,
                "files": node.files,
            }),
        }
    };
    let list = |files: bool| nodes.iter().filter(|node| node.mode.is_some() == files).map(of_node).collect::<Vec<_>>();
    let binaries: Vec<Value> = inspection
        .facts
        .binaries
        .iter()
        .map(|file| {
            json!({
                "path": file.path,
                "machine": file.binary.machine(),
                "glibc": file.binary.glibc().map(|version| version.name.clone()),
            })
        })
        .collect();
    json!({
        "version": 1,
        "artifact": inspection.zip_sha256.to_string(),
        "package_digest": inspection.package_digest.to_string(),
        "file": located.path.display().to_string(),
        "build": located.record.as_ref().map(build),
        "zip_bytes": inspection.zip_bytes,
        "unzipped_bytes": inspection.unzipped_bytes,
        "files": list(true),
        "folders": list(false),
        "binaries": binaries,
        "refusals": verdict.refusals,
        "warnings": verdict.findings,
        "hints": verdict.hints,
    })
}

fn build(record: &BuildRecord) -> Value {
    let architecture = match record.platform {
        Platform::Lambda { architecture } => Some(architecture),
        Platform::Host => None,
    };
    json!({
        "function": record.function,
        "runtime": record.contract.runtime,
        "handler": record.contract.handler,
        "architecture": architecture,
        "commit": record.commit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(2, 3), "66.7 %");
        assert_eq!(share(5, 5), "100.0 %");
        assert_eq!(share(0, 0), "0.0 %");
    }

    #[test]
    fn names_do_not_move_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
