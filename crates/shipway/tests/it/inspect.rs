//! `shipway inspect`: what is in a package and what changed, for people, for programs, and as a page.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::support::{Project, Run, shipway};

/// Writes a zip: path, content, mode.
fn zip(path: &Path, entries: &[(&str, &[u8], u32)]) {
    let mut writer = zip::ZipWriter::new(File::create(path).expect("a file"));
    for (name, content, mode) in entries {
        let options = zip::write::SimpleFileOptions::default().unix_permissions(*mode);
        writer.start_file(*name, options).expect("a zip");
        writer.write_all(content).expect("a zip");
    }
    writer.finish().expect("a zip");
}

fn sample() -> Project {
    let project = Project::empty();
    let noise: Vec<u8> = (0..60_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    zip(
        &project.path().join("one.zip"),
        &[
            ("app.py", b"def handler(event, context):\n    pass\n", 0o644),
            ("lib/<b>&\"x'.bin", &noise, 0o644),
            ("lib/deep/er/data.json", &[b'1'; 3_000], 0o644),
            ("run.sh", b"#!/bin/sh\n", 0o644),
        ],
    );
    zip(
        &project.path().join("two.zip"),
        &[
            ("app.py", b"def handler(event, context):\n    return 1\n", 0o644),
            ("lib/deep/er/data.json", &[b'1'; 3_000], 0o644),
            ("new.txt", b"12345", 0o644),
            ("run.sh", b"#!/bin/sh\n", 0o755),
        ],
    );
    project
}

fn inspect(project: &Project, arguments: &[&str]) -> Run {
    Run::of(shipway(project.path()).arg("inspect").args(arguments))
}

#[test]
fn a_package_is_shown_largest_first() {
    let project = sample();
    let run = inspect(&project, &["one.zip"]).expect(0);
    let table: Vec<&str> = run.stdout.lines().skip_while(|line| !line.starts_with("SHARE")).collect();
    let cells: Vec<Vec<&str>> =
        table.iter().map(|line| line.split("  ").filter(|cell| !cell.is_empty()).collect()).collect();
    let names: Vec<&str> = cells.iter().map(|row| row[row.len() - 1].trim()).collect();
    assert_eq!(
        names,
        [
            "WHAT",
            "lib/ (2 files)",
            "lib/<b>&\"x'.bin",
            "lib/deep/er/ (1 file)",
            "lib/deep/er/data.json",
            "app.py",
            "run.sh"
        ]
    );
    assert_eq!(cells[4][1].trim(), "3.0 kB");
    assert_eq!(cells[4][3].trim(), "644");
    let short = inspect(&project, &["one.zip", "--rows", "2"]).expect(0);
    assert!(short.stdout.ends_with("and 4 more: `--rows 6` shows all\n"), "{}", short.stdout);

    let data = inspect(&project, &["one.zip", "--format", "json"]).expect(0).json();
    assert_eq!(data["files"].as_array().unwrap().len(), 4);
    assert_eq!(data["files"][0]["path"], "lib/<b>&\"x'.bin");
    assert_eq!(data["files"][1]["mode"], "100644");
    assert_eq!(data["folders"][0]["files"], 2);
    assert_eq!(data["refusals"], serde_json::json!([]));
}

#[test]
fn a_package_is_judged_for_what_the_flags_say() {
    let project = sample();
    let right = ["one.zip", "--runtime", "python3.13", "--handler", "app.handler", "--architecture", "arm64"];
    let _right = inspect(&project, &right).expect(0);
    let wrong = inspect(&project, &["one.zip", "--runtime", "python3.13", "--handler", "app.main"]).expect(4);
    assert!(wrong.stderr.contains("it would be refused: `app.py` has no `main`"), "{}", wrong.stderr);
    let bootstrap = inspect(&project, &["one.zip", "--runtime", "provided.al2023", "--handler", "x"]).expect(4);
    assert!(bootstrap.stderr.contains("looked for `bootstrap`"), "{}", bootstrap.stderr);
    for (flag, value) in [("--architecture", "sparc"), ("--runtime", "Python 3")] {
        let _usage = inspect(&project, &["one.zip", flag, value]).expect(2);
    }
}

#[test]
fn layers_count_with_what_they_hold() {
    let project = sample();
    let zeros = vec![0; 131_072_000];
    let mut writer = zip::ZipWriter::new(File::create(project.path().join("layer.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    writer.start_file("zeros", options).unwrap();
    writer.write_all(&zeros).unwrap();
    writer.finish().unwrap();
    let _fits = inspect(&project, &["one.zip", "--layer", "layer.zip"]).expect(0);
    let twice = inspect(&project, &["one.zip", "--layer", "layer.zip", "--layer", "layer.zip"]).expect(4);
    assert!(twice.stderr.contains("250.0 MB of layers"), "{}", twice.stderr);
}

#[test]
fn what_changed_between_two_is_shown() {
    let project = sample();
    let run = inspect(&project, &["one.zip", "two.zip"]).expect(0);
    let table: Vec<&str> = run.stdout.lines().skip_while(|line| !line.starts_with("CHANGE")).skip(1).collect();
    assert_eq!(table.len(), 4, "{}", run.stdout);
    let words: Vec<&str> = table[0].split_whitespace().collect();
    assert_eq!(words, ["-60.0", "kB", "60.0", "kB", "removed", "lib/<b>&\"x'.bin"]);
    assert!(table[1].contains("added") && table[2].contains("changed"), "{}", run.stdout);
    assert!(table[3].starts_with("=") && table[3].contains("644 → 755"), "{}", run.stdout);
    let data = inspect(&project, &["one.zip", "two.zip", "--format", "json"]).expect(0).json();
    let kinds: Vec<&str> =
        data["differences"].as_array().unwrap().iter().map(|one| one["change"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["removed", "added", "changed", "mode-changed"]);
    let same = inspect(&project, &["one.zip", "one.zip"]).expect(0);
    assert!(same.stdout.contains("the same zip") && same.stdout.contains("the files are the same"), "{}", same.stdout);
}

#[test]
fn the_page_needs_nothing_else_and_names_in_it_are_text() {
    let project = sample();
    let run = inspect(&project, &["one.zip", "--html", "map.html"]).expect(0);
    assert!(run.stderr.contains("map.html"), "{}", run.stderr);
    let html = std::fs::read_to_string(project.path().join("map.html")).unwrap();
    assert!(html.contains("lib/&lt;b&gt;&amp;&quot;x&#39;.bin") && !html.contains("<b>&\"x"));
    for outside in ["http:", "https:", "src=", "href=", "url(", "@import"] {
        assert!(!html.contains(outside), "{outside}");
    }
    // Every box is closed, the page is whole.
    assert_eq!(html.matches("<div").count(), html.matches("</div>").count());
    assert!(html.ends_with("</html>\n"));
}

#[test]
fn a_functions_newest_build_and_a_digests_first_digits_are_found() {
    let project = Project::small();
    let unbuilt = inspect(&project, &["greet"]).expect(2);
    assert!(unbuilt.stderr.contains("`shipway build greet`"), "{}", unbuilt.stderr);
    let built = Run::of(shipway(project.path()).args(["build", "--env", "local", "--format", "json"])).expect(0).json();
    let artifact = built["functions"][0]["artifact"].as_str().unwrap().to_owned();
    for name in ["greet", artifact.as_str(), &artifact[..6]] {
        let data = inspect(&project, &[name, "--format", "json"]).expect(0).json();
        assert_eq!((&data["artifact"], &data["build"]["function"]), (&artifact.clone().into(), &"greet".into()));
    }
    let nobody = inspect(&project, &["nobody"]).expect(2);
    assert!(nobody.stderr.contains("the functions are greet"), "{}", nobody.stderr);
    let nothing = project.write("broken.zip", "no zip");
    let broken = inspect(&project, &[nothing.to_str().unwrap()]).expect(4);
    assert!(broken.stderr.contains("it is not a zip file"), "{}", broken.stderr);
}
