//! What is checked out, and how commits lie to each other.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use shipway_core::build::WorkTree;
use shipway_engine::ports::{Ancestry, Git as _, GitError, Head};
use shipway_host::GitProgram;

use crate::as_child;
use crate::project::{Project, environment, git_in};

async fn head(folder: &Path) -> Result<Head, GitError> {
    GitProgram::new(folder, &environment()).head().await
}

#[tokio::test]
async fn a_head_tells_commit_branch_and_work_tree() {
    let project = Project::in_git(&[("shop/app.py", "1"), ("other/app.py", "1"), (".gitignore", "ignored\n")]);
    let commit = Some(project.git(&["rev-parse", "HEAD"]).trim().parse().unwrap());
    let clean = Head { commit, branch: Some("main".to_owned()), work_tree: WorkTree::Clean };
    assert_eq!(head(project.path()).await.unwrap(), clean);

    project.write("shop/.shipway/state", "1");
    project.write("shop/ignored", "1");
    assert_eq!(head(&project.file("shop")).await.unwrap(), clean, "state and ignored files are no change");

    project.write("other/app.py", "2");
    assert_eq!(head(&project.file("shop")).await.unwrap(), clean, "another project's change");
    let dirty = Head { work_tree: WorkTree::Dirty, ..clean.clone() };
    assert_eq!(head(project.path()).await.unwrap(), dirty);

    project.git(&["checkout", "--quiet", "--", "."]);
    project.write("shop/new.py", "1");
    assert_eq!(head(&project.file("shop")).await.unwrap(), dirty, "an untracked file");

    fs::remove_file(project.file("shop/new.py")).unwrap();
    project.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(head(&project.file("shop")).await.unwrap(), Head { branch: None, ..clean });
}

#[tokio::test]
async fn a_repository_without_a_commit_has_none() {
    let project = Project::new(&[]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    let expected = Head { commit: None, branch: Some("main".to_owned()), work_tree: WorkTree::Clean };
    assert_eq!(head(project.path()).await.unwrap(), expected);
}

#[tokio::test]
async fn commits_lie_before_after_and_beside_each_other() {
    let project = Project::in_git(&[("a", "1")]);
    let first = project.commit("one");
    let second = project.commit("two");
    project.git(&["checkout", "--quiet", "-b", "side", first.as_str()]);
    let side = project.commit("side");
    let git = GitProgram::new(project.path(), &environment());
    assert_eq!(git.ancestry(&first, &first).await.unwrap(), Ancestry::Same);
    assert_eq!(git.ancestry(&first, &second).await.unwrap(), Ancestry::Ancestor);
    assert_eq!(git.ancestry(&second, &first).await.unwrap(), Ancestry::Descendant);
    assert_eq!(git.ancestry(&second, &side).await.unwrap(), Ancestry::Diverged);
    let stranger = "1".repeat(40).parse().unwrap();
    assert_eq!(git.ancestry(&stranger, &first).await.unwrap(), Ancestry::Unknown);
    assert_eq!(git.ancestry(&first, &stranger).await.unwrap(), Ancestry::Unknown);
}

#[tokio::test]
async fn in_a_shallow_clone_what_cannot_be_seen_is_unknown() {
    let project = Project::in_git(&[("a", "1")]);
    let first = project.commit("one");
    let second = project.commit("two");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", project.path().display());
    git_in(clone.path(), &["clone", "--quiet", "--depth=1", &url, "."]);
    let git = GitProgram::new(clone.path(), &environment());
    assert_eq!(git.head().await.unwrap().commit, Some(second.clone()));
    assert_eq!(git.ancestry(&first, &second).await.unwrap(), Ancestry::Unknown);
}

#[tokio::test]
async fn no_repository_is_an_error_with_a_hint() {
    let project = Project::new(&[("a", "1")]);
    let error = head(project.path()).await.unwrap_err();
    assert!(error.message.contains("not a git repository"), "{error}");
    assert!(error.hint.unwrap().contains("git init"));
    let commit = "1".repeat(40).parse().unwrap();
    let other = "2".repeat(40).parse().unwrap();
    let error = GitProgram::new(project.path(), &environment()).ancestry(&commit, &other).await.unwrap_err();
    assert!(error.message.contains("not a git repository"), "{error}");
}

#[test]
fn anothers_repository_is_an_error_with_a_hint() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Some(folder) = as_child::argument() {
        let error = runtime.block_on(head(Path::new(&folder))).unwrap_err();
        assert!(error.message.contains("dubious ownership"), "{error}");
        assert!(error.hint.unwrap().contains("safe.directory"));
        return;
    }
    let project = Project::in_git(&[("a", "1")]);
    fs::set_permissions(project.path(), fs::Permissions::from_mode(0o755)).unwrap();
    as_child::run("git::anothers_repository_is_an_error_with_a_hint", project.path(), Some(as_child::NOBODY));
}
