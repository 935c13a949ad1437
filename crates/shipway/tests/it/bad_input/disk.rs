//! File systems that refuse: a store that may only be read, a disk without room.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::ground::{DEPLOY, Ground, tells};
use crate::support::{Run, contents};

/// A user without rights.
const NOBODY: u32 = 65_534;

/// Everything below a folder, and the folder.
fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() { found.extend(all_below(&path)) } else { found.push(path) }
    }
    found
}

/// The program as a user without rights, who owns the project, but not what is `kept` of it.
struct Unprivileged {
    program: TempDir,
}

impl Unprivileged {
    fn owner_of(ground: &Ground, kept: &Path) -> Self {
        let program = TempDir::new().expect("a temporary folder");
        // The program may be where nobody else can go.
        fs::copy(env!("CARGO_BIN_EXE_shipway"), program.path().join("shipway")).expect("a copy");
        fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).expect("one's own folder");
        for path in all_below(ground.project.path()) {
            if path.starts_with(kept) {
                let mode = if path.is_dir() { 0o555 } else { 0o444 };
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("one's own file");
            } else if rustix::process::geteuid().is_root() {
                chown(&path, Some(NOBODY), Some(NOBODY)).expect("root may");
            }
        }
        Self { program }
    }

    fn command(&self, ground: &Ground) -> Command {
        let usual = ground.command(&DEPLOY);
        let mut command = Command::new(self.program.path().join("shipway"));
        command.env_clear().args(usual.get_args()).current_dir("/");
        command.envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("HOME", "/nonexistent");
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// Gives the store's owner his rights back, so that it can be removed.
fn give_back(store: &Path) {
    for path in all_below(store) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("one's own file");
    }
}

#[test]
fn a_store_that_may_only_be_read() {
    let ground = Ground::new();
    let user = Unprivileged::owner_of(&ground, &ground.store());
    let told = ["error: greet: the store failed", "caused by: create of file://", "Permission denied", "hint: let "];
    ground.refuses(&mut user.command(&ground), 1, &told);
    give_back(&ground.store());
}

#[test]
fn a_file_that_may_not_be_read() {
    let ground = Ground::new();
    let secret = ground.project.write("greet/secret.py", "KEY = 1\n");
    ground.project.commit("third");
    let user = Unprivileged::owner_of(&ground, &secret);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).expect("one's own file");
    ground.refuses(&mut user.command(&ground), 2, &["greet", "greet/secret.py", "Permission denied"]);
}

/// The command with a limit on the size of files, in blocks of 512 bytes: to it, the disk is full.
fn limited(command: &Command, blocks: u32) -> Command {
    let mut limited = Command::new("/bin/sh");
    limited.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    limited
}

const FULL: &str = "hint: make room and run this again";

#[test]
fn a_disk_without_any_room() {
    let ground = Ground::new();
    let _built = Run::of(&mut ground.command(&["build", "--env", "local"])).expect(0);
    let mut command = limited(&ground.command(&DEPLOY), 0);
    ground.refuses(
        &mut command,
        1,
        &["error: greet: the store failed", "caused by: create of file://", "File too large", FULL],
    );
    ground.serves(1);
}

#[test]
fn a_disk_without_room_for_the_artifact() {
    let ground = Ground::new();
    // Bytes that no compressor makes smaller.
    let mut state = 1_u64;
    let noise: String = (0..200_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b' ' + u8::try_from((state >> 33) % 94).expect("less than 94"))
        })
        .collect();
    ground.project.write("greet/noise.txt", &noise);
    let _built = Run::of(&mut ground.command(&["build", "--env", "local"])).expect(0);
    let artifacts = ground.store().join("artifacts");
    let before = contents(&artifacts);
    ground.lambda.take();
    let run = Run::of(&mut limited(&ground.command(&DEPLOY), 128)).expect(1);
    tells(&run, &["error: greet: the store failed", "caused by: upload of file://", "File too large", FULL]);
    // The attempt is on record; what is stored, and what runs, is what it was.
    assert!(contents(&artifacts) == before, "half an artifact was left");
    ground.asked_for_no_change();
    ground.serves(1);
    let history = Run::of(&mut ground.command(&["history", "--env", "local"])).expect(0).stdout;
    assert!(history.contains("failed"), "{history}");
    let _with_room = Run::of(&mut ground.command(&DEPLOY)).expect(0);
    ground.serves(2);
}
