//! Repositories and build tools: a function's source is a text, its zip is that text without comments.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::PathBuf;

use async_trait::async_trait;
use shipway_core::build::{BuildRecord, FileKind, FunctionBuild, Source, SourceFile, WorkTree};
use shipway_core::contract::{Need, Place, ReadVariable, SourceReads};
use shipway_core::digest::{ArtifactDigest, ContentDigest, PackageDigest, SourceDigest};
use shipway_core::names::Commit;
use shipway_engine::ports::{
    Ancestry, ArtifactFile, ArtifactFiles, BuildCache, BuildFailure, BuiltTree, CachedBuild, Fault as BuildFault, Git,
    GitError, Head, Packaged, Packager, Remembered, SourceReader, Sources, Toolchain,
};
use shipway_lambda_model::Package;

use super::project::zip_of;
use super::state::Things;
use super::{Guard, Process, Side};

impl Things {
    /// Puts a zip on a machine's disk.
    pub(super) fn keep_zip(&mut self, host: &str, bytes: Vec<u8>) -> ArtifactFile {
        let package = Package::of_zip(&bytes, package_size(&bytes));
        let artifact = ArtifactDigest::from_code_sha256(&package.code_sha256).unwrap();
        let path = PathBuf::from(format!("artifacts/{artifact}.zip"));
        let file = ArtifactFile { artifact, bytes: package_size(&bytes), path: path.clone() };
        self.disk.insert((host.to_owned(), path), bytes);
        file
    }

    fn ancestors(&self, commit: &Commit) -> BTreeSet<Commit> {
        let mut found = BTreeSet::new();
        let mut open = vec![commit.clone()];
        while let Some(next) = open.pop() {
            if found.insert(next.clone()) {
                open.extend(self.parents.get(&next).into_iter().flatten().cloned());
            }
        }
        found
    }
}

/// A zip that says `size 60000000` counts as one of that size.
pub(super) fn package_size(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let said = text.lines().find_map(|line| line.strip_prefix("size ")?.parse().ok());
    said.unwrap_or_else(|| u64::try_from(bytes.len()).unwrap())
}

fn impossible(_: super::Fault) -> BuildFailure {
    failure("the tool went away")
}

fn failure(message: &str) -> BuildFailure {
    BuildFailure {
        message: message.to_owned(),
        command: None,
        folder: None,
        output: None,
        hints: Vec::new(),
        fault: BuildFault::Build,
    }
}

fn git_error(command: &str) -> GitError {
    GitError { command: command.to_owned(), folder: ".".to_owned(), message: "it went away".to_owned(), hint: None }
}

#[async_trait(?Send)]
impl Git for Process {
    async fn head(&self) -> Result<Head, GitError> {
        let commit = Some(self.checkout().commit);
        let head = Head { commit, branch: Some("develop".to_owned()), work_tree: WorkTree::Clean };
        self.call(Side::Other, "git head", "", Guard::NotNeeded, |_| Ok(head), |_| git_error("rev-parse")).await
    }

    async fn ancestry(&self, first: &Commit, second: &Commit) -> Result<Ancestry, GitError> {
        let compare = |things: &mut Things| {
            let known = |commit: &Commit| things.parents.contains_key(commit);
            Ok(if first == second {
                Ancestry::Same
            } else if !known(first) || !known(second) {
                Ancestry::Unknown
            } else if things.ancestors(second).contains(first) {
                Ancestry::Ancestor
            } else if things.ancestors(first).contains(second) {
                Ancestry::Descendant
            } else {
                Ancestry::Diverged
            })
        };
        self.call(Side::Other, "git ancestry", "", Guard::NotNeeded, compare, |_| git_error("merge-base")).await
    }
}

/// A source reads what it says: a line `needs NAME` is a required variable, `takes NAME` an optional one.
#[async_trait(?Send)]
impl SourceReader for Process {
    async fn reads(&self, build: &FunctionBuild, _: &Source) -> Option<SourceReads> {
        let text = self.checkout().text(&build.function);
        let mut reads = SourceReads::default();
        for (index, line) in text.lines().enumerate() {
            let (need, name) = match line.split_once(' ') {
                Some(("needs", name)) => (Need::Required, name),
                Some(("takes", name)) => (Need::Optional, name),
                _ => continue,
            };
            let line = NonZeroU32::try_from(u32::try_from(index + 1).unwrap()).unwrap();
            let place = Place { file: format!("functions/{}/app.py", build.function), line };
            reads.variables.insert(name.to_owned(), ReadVariable { need, places: vec![place] });
        }
        Some(reads)
    }
}

#[async_trait(?Send)]
impl Sources for Process {
    async fn look(&self, build: &FunctionBuild) -> Result<Source, BuildFailure> {
        let text = self.checkout().text(&build.function);
        let file = SourceFile { kind: FileKind::Plain, content: ContentDigest::of(text.as_bytes()) };
        let files = BTreeMap::from([(format!("{}/app.py", build.folder), file)]);
        let source = Source::new(build, files, BTreeMap::new());
        self.call(Side::Other, "look", build.function.as_str(), Guard::NotNeeded, |_| Ok(source), impossible).await
    }
}

#[async_trait(?Send)]
impl Toolchain for Process {
    async fn build(&self, build: &FunctionBuild, _source: &Source) -> Result<BuiltTree, BuildFailure> {
        let text = self.checkout().text(&build.function);
        let tree = BuiltTree {
            path: PathBuf::from(format!("scratch/{}", build.function)),
            dependencies: Vec::new(),
            tools: BTreeMap::from([("compiler".to_owned(), "1".to_owned())]),
            warnings: Vec::new(),
        };
        let host = self.host();
        let make = |things: &mut Things| {
            if text.contains("syntax error") {
                return Err(failure("the compiler does not like it"));
            }
            things.disk.insert((host, tree.path.clone()), zip_of(&text));
            Ok(tree)
        };
        self.call(Side::Other, "build", build.function.as_str(), Guard::NotNeeded, make, impossible).await
    }
}

#[async_trait(?Send)]
impl Packager for Process {
    async fn package(&self, build: &FunctionBuild, tree: &BuiltTree) -> Result<Packaged, BuildFailure> {
        let host = self.host();
        let pack = |things: &mut Things| {
            let zip = things.disk[&(host.clone(), tree.path.clone())].clone();
            let unzipped_bytes = package_size(&zip);
            let package_digest = PackageDigest(ContentDigest::of(&zip).0);
            let file = things.keep_zip(&host, zip);
            Ok(Packaged { file, package_digest, unzipped_bytes, warnings: Vec::new() })
        };
        self.call(Side::Other, "package", build.function.as_str(), Guard::NotNeeded, pack, impossible).await
    }
}

#[async_trait(?Send)]
impl BuildCache for Process {
    async fn find(&self, source: &SourceDigest) -> Remembered {
        let host = self.host();
        let cached = self.world.with_things(|things| things.cache.get(&(host, *source)).cloned());
        cached.map_or(Remembered::Nothing, |cached| Remembered::Whole(Box::new(cached)))
    }

    async fn last(&self, build: &FunctionBuild) -> Option<BuildRecord> {
        let host = self.host();
        let of_function = |things: &mut Things| {
            let mut builds = things
                .cache
                .iter()
                .filter(|((machine, _), cached)| *machine == host && cached.record.function == build.function);
            builds.next().map(|(_, cached)| cached.record.clone())
        };
        self.world.with_things(of_function)
    }

    async fn remember(&self, source: &SourceDigest, record: &BuildRecord, file: &ArtifactFile) -> Result<(), String> {
        let host = self.host();
        let build = CachedBuild { record: record.clone(), file: file.clone() };
        self.world.with_things(|things| things.cache.insert((host, *source), build));
        Ok(())
    }
}

#[async_trait(?Send)]
impl ArtifactFiles for Process {
    async fn find(&self, artifact: &ArtifactDigest) -> Option<ArtifactFile> {
        let path = PathBuf::from(format!("artifacts/{artifact}.zip"));
        let bytes =
            self.world.with_things(|things| things.disk.get(&(self.checkout_host(things), path.clone())).cloned());
        bytes.map(|bytes| ArtifactFile { artifact: *artifact, bytes: package_size(&bytes), path })
    }
}

impl Process {
    fn checkout_host(&self, things: &Things) -> String {
        things.processes[&self.id].checkout.host.clone()
    }
}
