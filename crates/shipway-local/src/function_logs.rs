//! What functions wrote, one file a function: `logs/<function>.log` in the state folder.
//!
//! Each line has the moment at which its invocation ended and the version that ran:
//! `2026-11-23T16:22:29.123Z [7] START RequestId: …`. The lines of an invocation are written at once, so that those of two
//! never mix.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

/// Above this size a log becomes `<function>.log.1`, and the one before that is gone.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Where a function's log is.
#[must_use]
pub fn function_log(state_folder: &Path, function_name: &str) -> PathBuf {
    state_folder.join("logs").join(format!("{function_name}.log"))
}

/// Adds one invocation's lines.
pub(crate) fn append(folder: &Path, function_name: &str, version: &str, log: &[u8]) -> io::Result<()> {
    let path = function_log(folder, function_name);
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LARGEST) {
        fs::rename(&path, path.with_extension("log.1"))?;
    }
    let lines = lines(&Timestamp::now(), version, log);
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
    file.write_all(lines.as_bytes())
}

fn lines(moment: &Timestamp, version: &str, log: &[u8]) -> String {
    let moment = moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
    String::from_utf8_lossy(log).lines().map(|line| format!("{moment} [{version}] {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_moment_and_version() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("logs")).unwrap();
        append(place.path(), "orders", "7", b"START\nhello\nEND").unwrap();
        append(place.path(), "orders", "$LATEST", b"again\n").unwrap();
        let log = fs::read_to_string(function_log(place.path(), "orders")).unwrap();
        let lines: Vec<_> = log.lines().map(|line| line.split_once(' ').unwrap()).collect();
        assert_eq!(
            lines.iter().map(|(_, rest)| *rest).collect::<Vec<_>>(),
            ["[7] START", "[7] hello", "[7] END", "[$LATEST] again"]
        );
        for (moment, _) in lines {
            assert!(moment.parse::<Timestamp>().is_ok(), "{moment}");
        }
    }
}
