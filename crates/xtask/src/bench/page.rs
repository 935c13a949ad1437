//! A report as a page in Markdown: a pure function. It shows what the report holds and judges nothing.

use std::fmt::Write as _;

use super::report::{Contest, Duel, Entry, InputFacts, Judged, Opponent, Report, Verdict, ZipFacts, as_float};
use super::statistics::{Sample, Spread, peak_bytes, processor_times, walls};

/// How a page opens: nobody edits it.
const OPENING: &str = "# Benchmarks

Made by `cargo xtask bench`; do not edit. [CONTRIBUTING.md](../CONTRIBUTING.md) says how to run it.

Whole processes were measured (`wait4`: wall, processor time, most resident memory), inputs in the page cache, Shipway and
each other tool in turn after a warm-up: A B A B … Ratios are taken pair by pair; figures are medians, with the least and
the most in brackets. Trust ratios and processor time; the absolute times are this machine's.
";

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let mut page = OPENING.to_owned();
    let pairs = if report.runs == 1 { "pair" } else { "pairs" };
    line(
        &mut page,
        format!(
            "\nCommit {}, measured on {}, scale `{}`, {} {pairs} of what takes seconds and more of what does not.",
            report.commit, report.date, report.scale, report.runs
        ),
    );
    goals(&mut page, report);
    for contest in &report.contests {
        contest_section(&mut page, contest);
    }
    absent(&mut page, report);
    inputs(&mut page, &report.inputs);
    machine(&mut page, report);
    samples(&mut page, report);
    page
}

/// The titles among `titles` that a page lacks.
pub(crate) fn lacking<'t>(page: &str, titles: &[&'t str]) -> Vec<&'t str> {
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    titles.iter().copied().filter(|title| !headings.contains(title)).collect()
}

fn line(page: &mut String, text: impl AsRef<str>) {
    page.push_str(text.as_ref());
    page.push('\n');
}

fn row(page: &mut String, cells: &[String]) {
    // A bar would end the cell.
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    line(page, format!("| {} |", cells.join(" | ")));
}

fn table(page: &mut String, head: &[&str]) {
    line(page, format!("\n| {} |", head.join(" | ")));
    line(page, format!("|{}", "---|".repeat(head.len())));
}

fn verdict(judged: &Judged) -> &'static str {
    match judged.verdict {
        Verdict::Reached => "reached",
        Verdict::Missed => "**missed**",
        Verdict::Unknown => "not known",
    }
}

fn goals(page: &mut String, report: &Report) {
    line(page, "\n## Goals");
    table(page, &["job", "goal", "measured", ""]);
    let mut missed = Vec::new();
    for contest in &report.contests {
        for judged in contest.judged() {
            let result = verdict(&judged).to_owned();
            if judged.verdict == Verdict::Missed {
                missed.push((contest.title.clone(), judged.goal.clone()));
            }
            row(page, &[contest.title.clone(), judged.goal, judged.measured, result]);
        }
    }
    why_missed(page, report, &missed);
}

/// What is known about the goals that were missed this time. A reason that nobody found is not made up.
fn why_missed(page: &mut String, report: &Report, missed: &[(String, String)]) {
    if missed.is_empty() {
        return;
    }
    line(page, "\n### Missed, and why\n");
    for (title, goal) in missed {
        let known = report.reasons.iter().find(|reason| reason.title == title && goal.starts_with(reason.goal));
        let why = known.map_or("not looked into yet.", |reason| reason.why);
        line(page, format!("* {title}, {goal}: {why}"));
    }
}

fn contest_section(page: &mut String, contest: &Contest) {
    line(page, format!("\n## {}\n\n{}", contest.title, contest.explanation));
    match &contest.ours {
        Err(reason) => line(page, format!("\nShipway was not measured: {reason}")),
        Ok(entry) if entry.samples.is_empty() && contest.opponents.is_empty() => {}
        Ok(entry) => contest_table(page, contest, entry),
    }
    if !contest.figures.is_empty() {
        table(page, &["figure", "value", "goal"]);
        for figure in &contest.figures {
            let goal = figure.at_most.map_or_else(String::new, |bound| format!("≤ {bound}{}", figure.unit));
            row(page, &[figure.name.clone(), figure.text(), goal]);
        }
    }
}

fn contest_table(page: &mut String, contest: &Contest, ours: &Entry) {
    table(page, &["tool", "wall", "processor", "memory", "zip", "entries", "its time ÷ Shipway's"]);
    row(page, &cells("**Shipway**", &ours.samples, ours.zip, String::new()));
    for opponent in &contest.opponents {
        match &opponent.outcome {
            Ok(duel) => row(page, &opponent_cells(opponent, duel)),
            Err(reason) => row(page, &not_measured(opponent, reason)),
        }
    }
}

fn opponent_cells(opponent: &Opponent, duel: &Duel) -> Vec<String> {
    let ratio = duel.pairs.times_as_long().map(|ratio| brackets(ratio, "", 2)).unwrap_or_default();
    cells(&opponent.name, &duel.pairs.theirs, duel.zip, ratio)
}

fn not_measured(opponent: &Opponent, reason: &str) -> Vec<String> {
    let mut cells = vec![opponent.name.clone(), format!("not measured: {reason}")];
    cells.resize(7, String::new());
    cells
}

fn cells(name: &str, samples: &[Sample], zip: Option<ZipFacts>, ratio: String) -> Vec<String> {
    vec![
        name.to_owned(),
        walls(samples).map(seconds).unwrap_or_default(),
        processor_times(samples).map(|times| format!("{} s", decimals(times.median))).unwrap_or_default(),
        peak_bytes(samples).map(megabytes).unwrap_or_default(),
        zip.map(|zip| megabytes(zip.bytes)).unwrap_or_default(),
        zip.map(|zip| zip.entries.to_string()).unwrap_or_default(),
        ratio,
    ]
}

fn seconds(spread: Spread) -> String {
    format!("{} s ({} – {})", decimals(spread.median), decimals(spread.least), decimals(spread.most))
}

/// Three decimals below a second, two above.
fn decimals(seconds: f64) -> String {
    if seconds < 1.0 { format!("{seconds:.3}") } else { format!("{seconds:.2}") }
}

fn brackets(spread: Spread, unit: &str, decimals: usize) -> String {
    format!("{:.decimals$}{unit} ({:.decimals$} – {:.decimals$})", spread.median, spread.least, spread.most)
}

/// Megabytes of a million bytes.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", as_float(bytes) / 1e6)
}

fn absent(page: &mut String, report: &Report) {
    line(page, "\n## What took no part");
    if report.absent.is_empty() {
        line(page, "\nNothing: every peer was there.");
        return;
    }
    table(page, &["peer", "why"]);
    for (peer, reason) in &report.absent {
        row(page, &[peer.clone(), reason.clone()]);
    }
}

fn inputs(page: &mut String, inputs: &[InputFacts]) {
    line(page, "\n## Inputs");
    table(page, &["input", "files", "size", "what it is"]);
    for input in inputs {
        row(page, &[input.name.clone(), input.files.to_string(), megabytes(input.bytes), input.what.clone()]);
    }
}

fn machine(page: &mut String, report: &Report) {
    line(page, "\n## Machine and tools");
    table(page, &["", ""]);
    for (name, value) in &report.machine {
        row(page, &[name.clone(), value.clone()]);
    }
}

/// Every sample, in the order in which it was taken: `wall/user/system/memory`.
fn samples(page: &mut String, report: &Report) {
    line(page, "\n## Samples\n\n<details>");
    line(page, "<summary>Every run, in order: wall / user / system in milliseconds, memory in MB</summary>\n");
    for contest in &report.contests {
        line(page, format!("**{}**\n", contest.title));
        if let Ok(ours) = &contest.ours
            && contest.opponents.iter().all(|opponent| opponent.outcome.is_err())
        {
            series(page, "Shipway", &ours.samples);
        }
        for opponent in &contest.opponents {
            if let Ok(duel) = &opponent.outcome {
                series(page, "Shipway", &duel.pairs.ours);
                series(page, &opponent.name, &duel.pairs.theirs);
            }
        }
        page.push('\n');
    }
    line(page, "</details>");
}

fn series(page: &mut String, name: &str, samples: &[Sample]) {
    let mut text = format!("* {name}:");
    for sample in samples {
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
        write!(
            text,
            " {:.1}/{:.1}/{:.1}/{:.0}",
            milliseconds(sample.wall),
            milliseconds(sample.user),
            milliseconds(sample.system),
            as_float(sample.peak_bytes) / 1e6
        )
        .expect("writing into a text cannot fail");
    }
    line(page, text);
}

#[cfg(test)]
mod tests;
