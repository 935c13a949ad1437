//! The Python that has boto3, moto and the AWS CLI, and scripts that run on it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Run;

/// `SHIPWAY_TEST_MOTO`, or what tools/test-setup.sh makes.
pub(crate) fn python() -> PathBuf {
    let given = std::env::var_os("SHIPWAY_TEST_MOTO").map(PathBuf::from);
    let python = given.unwrap_or_else(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
        target.join("test-python/bin/python")
    });
    assert!(python.exists(), "{} is not there: run tools/test-setup.sh first", python.display());
    python
}

/// A script beside the tests, to be run with credentials that mean nothing and no other setting of AWS's.
pub(crate) fn script(path: &str) -> Command {
    let mut command = Command::new(python());
    command.env_clear().arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(path));
    for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}

/// Runs a script to its end. If it fails, the test fails with everything that it printed, which names its checks.
#[track_caller]
pub(crate) fn passes(command: &mut Command) {
    let run = Run::of(command).expect(0);
    assert!(run.stdout.lines().any(|line| line.starts_with("ok ")), "nothing was checked:\n{}", run.stdout);
}
