//! What the page says about the machine and the tools on it.

use std::path::Path;

use super::measuring::Invocation;
use super::peers;
use super::workshop::Workshop;

/// Name and value. What a machine does not tell is said to be unknown.
pub(crate) fn facts(workshop: &Workshop) -> Vec<(String, String)> {
    let mut facts = vec![
        ("processor".to_owned(), processor()),
        ("memory".to_owned(), field("/proc/meminfo", "MemTotal")),
        ("kernel".to_owned(), read("/proc/sys/kernel/osrelease")),
        ("load when the page was written".to_owned(), read("/proc/loadavg")),
        // A new process starts with the peak of the one that started it.
        ("least memory that is seen".to_owned(), field("/proc/self/status", "VmHWM")),
        ("Shipway".to_owned(), version(workshop, &workshop.binaries.shipway, &["--version"], 0)),
        ("built in the profile".to_owned(), workshop.binaries.profile.clone()),
    ];
    for (name, arguments, line) in [
        ("rustc", &["--version"] as &[&str], 0),
        ("git", &["--version"], 0),
        ("zip", &["-v"], 1),
        ("python3", &["--version"], 0),
        ("go", &["version"], 0),
        ("bsdtar", &["--version"], 0),
        ("7z", &["i"], 1),
        ("sha256sum", &["--version"], 0),
        ("node", &["--version"], 0),
        ("mvn", &["--version"], 0),
    ] {
        let value = match peers::on_path(name) {
            Ok(path) => version(workshop, &path, arguments, line),
            Err(reason) => reason,
        };
        facts.push((name.to_owned(), value));
    }
    facts.extend(peers::PINNED.iter().map(|(name, requirement)| ((*name).to_owned(), (*requirement).to_owned())));
    facts
}

fn version(workshop: &Workshop, program: &Path, arguments: &[&str], line: usize) -> String {
    match Invocation::new(program, &workshop.work).args(arguments.iter().copied()).run() {
        Ok(ran) => {
            let text = String::from_utf8_lossy(&ran.output).into_owned();
            text.lines().nth(line).unwrap_or("it says nothing").trim().replace("\u{1b}[1m", "").replace("\u{1b}[m", "")
        }
        Err(failure) => failure.to_string(),
    }
}

fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    format!("{}, {cores} in use", field("/proc/cpuinfo", "model name"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let value =
        text.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    value.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
