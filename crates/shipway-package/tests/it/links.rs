//! What symbolic links become, and which are refused.

use std::fs;

use crate::support::Fixture;

#[track_caller]
fn check(fixture: &Fixture, paths: &[&str]) {
    assert_eq!(fixture.packaged_paths(), paths);
}

#[test]
fn links_to_files_and_folders_become_what_they_point_to() {
    let fixture = Fixture::with_files(&[("lib/a.py", "a"), ("lib/b/c.py", "c"), ("app.py", "x")]);
    fixture.link("linked.py", "lib/a.py");
    fixture.link("vendored", "lib");
    fixture.link("again", "vendored");
    let paths = [
        "again/a.py",
        "again/b/c.py",
        "app.py",
        "lib/a.py",
        "lib/b/c.py",
        "linked.py",
        "vendored/a.py",
        "vendored/b/c.py",
    ];
    check(&fixture, &paths);
    let plain = Fixture::with_files(&[
        ("again/a.py", "a"),
        ("again/b/c.py", "c"),
        ("app.py", "x"),
        ("lib/a.py", "a"),
        ("lib/b/c.py", "c"),
        ("linked.py", "a"),
        ("vendored/a.py", "a"),
        ("vendored/b/c.py", "c"),
    ]);
    assert_eq!(fixture.package().zip_sha256, plain.package().zip_sha256);
}

#[test]
fn a_link_takes_the_mode_of_its_target() {
    let fixture = Fixture::with_files(&[("bin/run", "#!/bin/sh\n")]);
    fixture.set_mode("bin/run", 0o755);
    fixture.link("bootstrap", "bin/run");
    let package = fixture.package();
    assert!(package.entries.iter().all(|entry| entry.mode.is_executable_by_all()));
}

#[test]
fn an_absolute_link_into_the_tree_is_resolved() {
    let fixture = Fixture::with_files(&[("a.py", "a")]);
    fixture.link("b.py", fixture.path("a.py"));
    check(&fixture, &["a.py", "b.py"]);
}

#[test]
fn the_tree_itself_may_be_reached_by_a_link() {
    let fixture = Fixture::with_files(&[("a.py", "a")]);
    fixture.link("b.py", "a.py");
    std::os::unix::fs::symlink(fixture.root(), fixture.beside("way")).unwrap();
    let way = fixture.beside("way");
    let package = crate::support::package_tree(&way, &fixture, 1, &fixture.zip()).unwrap();
    assert_eq!(package.zip_sha256, fixture.package().zip_sha256);
}

#[test]
fn links_that_leave_are_refused_by_name() {
    let fixture = Fixture::with_files(&[("a.py", "a")]);
    fs::write(fixture.beside("outside.txt"), "secret").unwrap();
    fixture.link("up", "../outside.txt");
    fixture.link("sub/absolute", fixture.beside("outside.txt"));
    fixture.link("via", "up");
    fixture.link("etc", "/etc");
    let outside = fixture.beside("outside.txt");
    let expected = [
        "the link `etc` leaves the folder: it points to `/etc`".to_owned(),
        format!("the link `sub/absolute` leaves the folder: it points to `{}`", outside.display()),
        "the link `up` leaves the folder: it points to `../outside.txt`".to_owned(),
        "the link `via` leaves the folder: it points to `up`".to_owned(),
    ];
    assert_eq!(fixture.refusals(), expected);
}

#[test]
fn links_without_an_end_are_refused_by_name() {
    let fixture = Fixture::with_files(&[("a/b/c.py", "c"), ("x/m.py", "m")]);
    fixture.link("a/b/up", "..");
    fixture.link("all", ".");
    fixture.link("gone", "nowhere.py");
    fixture.link("self", "self");
    fixture.link("x/to-y", "../y");
    fixture.link("y/to-x", "../x");
    let expected = [
        "the link `a/b/up` leads back to a folder that it is in: it points to `..`",
        "the link `all` leads back to a folder that it is in: it points to `.`",
        "the link `gone` points to `nowhere.py`, which cannot be found",
        "the link `self` points to `self`, which cannot be found",
        "the link `x/to-y/to-x` leads back to a folder that it is in: it points to `../x`",
        "the link `y/to-x/to-y` leads back to a folder that it is in: it points to `../y`",
    ];
    assert_eq!(fixture.refusals(), expected);
}

#[test]
fn a_link_does_not_bring_back_what_is_left_out() {
    let files = [(".env", "TOKEN=1"), (".aws/config", "x"), ("app.py", "x"), ("notes/a.md", "a")];
    let fixture = Fixture::with_files(&files).excluding(&["notes"]);
    fixture.link("settings", ".env");
    fixture.link("cloud", ".aws");
    fixture.link("read.md", "notes/a.md");
    let expected = [
        "the link `cloud` points to `.aws`, which packages leave out",
        "the link `settings` points to `.env`, which packages leave out",
    ];
    assert_eq!(fixture.refusals(), expected);
    let fixture = fixture.allowing(&["settings", "cloud"]);
    check(&fixture, &["app.py", "cloud/config", "read.md", "settings"]);
}

#[test]
fn an_excluded_link_is_not_looked_at() {
    let fixture = Fixture::with_files(&[("app.py", "x")]).excluding(&["etc"]);
    fixture.link("etc", "/etc");
    check(&fixture, &["app.py"]);
}
