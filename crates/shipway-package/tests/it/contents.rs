//! What is in a zip as a tree, and what differs between two.

use shipway_package::{ContentNode, content_tree, differences, read_zip};

use crate::support::Fixture;

fn tree(fixture: &Fixture) -> ContentNode {
    fixture.package();
    content_tree(&read_zip(&fixture.zip()).unwrap())
}

#[test]
fn folders_hold_their_files_largest_first() {
    let fixture = Fixture::with_files(&[("app.py", "12345"), ("a/b/c/one", "1"), ("a/b/c/three", "123"), ("a/d", "")]);
    let root = tree(&fixture);
    let shown = |node: &ContentNode| (node.name.clone(), node.bytes, node.files, node.children.len());
    assert_eq!(shown(&root), (String::new(), 9, 4, 2));
    assert_eq!(shown(&root.children[0]), ("app.py".to_owned(), 5, 1, 0));
    let a = &root.children[1];
    assert_eq!((shown(a), a.path.as_str(), a.mode), (("a".to_owned(), 4, 3, 2), "a", None));
    assert_eq!((shown(&a.children[0]), a.children[0].path.as_str()), (("b/c".to_owned(), 4, 2, 2), "a/b/c"));
    assert_eq!(shown(&a.children[0].children[0]), ("three".to_owned(), 3, 1, 0));
    assert_eq!(root.all().len(), 7);
}

#[test]
fn folders_without_end_are_one() {
    let deep = format!("{}file", "d/e/".repeat(400));
    let fixture = Fixture::with_files(&[(deep.as_str(), "x"), ("d/f", "y")]);
    let root = tree(&fixture);
    assert_eq!(root.files, 2);
    let longest = root.all().into_iter().map(|node| node.path.len()).max().unwrap();
    assert_eq!(longest, deep.len());
}

#[test]
fn what_differs_between_two() {
    let before = Fixture::with_files(&[("gone", "123456"), ("same", "x"), ("edited", "1"), ("run", "#!/bin/sh\n")]);
    let after = Fixture::with_files(&[("new", "12"), ("same", "x"), ("edited", "12345"), ("run", "#!/bin/sh\n")]);
    after.set_mode("run", 0o755);
    let read = |fixture: &Fixture| {
        fixture.package();
        read_zip(&fixture.zip()).unwrap()
    };
    let (before, after) = (read(&before), read(&after));
    let found = differences(&before, &after);
    let told: Vec<_> =
        found.iter().map(|one| (one.path.as_str(), one.growth(), one.is_of_content(), one.before.is_some())).collect();
    assert_eq!(
        told,
        [("gone", -6, true, true), ("edited", 4, true, true), ("new", 2, true, false), ("run", 0, false, true)]
    );
    assert_eq!(differences(&before, &before), []);
}
