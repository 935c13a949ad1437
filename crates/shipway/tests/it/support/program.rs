//! The program under test.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program, to work in `folder`, with nothing of the caller's environment but what finding tools takes.
pub(crate) fn shipway(folder: &Path) -> Command {
    let mut command = program();
    command.arg("-C").arg(folder);
    command
}

/// The program alone, with the same environment.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shipway"));
    command.env_clear();
    let kept = ["PATH", "HOME", "TMPDIR", "LANG", "PYENV_ROOT"];
    let prefixes =
        ["PIP_", "UV_", "npm_config_", "NPM_CONFIG_", "CARGO_", "RUSTUP_", "SSL_", "REQUESTS_", "NODE_EXTRA_", "CURL_"];
    for (name, value) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if kept.contains(&&*text) || prefixes.iter().any(|prefix| text.starts_with(prefix)) {
            command.env(&name, value);
        }
    }
    command.env("USER", "tester");
    command
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end.
    #[must_use = "assert the exit code"]
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from_output(command.output().expect("the program can be started"))
    }

    pub(crate) fn from_output(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// Fails with everything that was printed unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- standard output\n{}\n--- standard error\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in:\n{}\n--- standard error\n{}", self.stdout, self.stderr))
    }
}
