//! The shared build cache: which build came of which source, kept in the store so that no machine builds what another has
//! built; and who may write it.
//!
//! Everybody who may read an environment's store may read its part of the cache. What is written there runs where the
//! environment is, so it is written by deployments to that environment alone, and by those only that nobody could have
//! started from a pull request or a laptop: in CI, on a branch that deploys there. A store that is a folder is one
//! machine's, and who can write the folder could as well write the artifact. This is a guard rail; the boundary is who
//! may write below `cache/<project>/<environment>/` in the bucket.

use serde::{Deserialize, Serialize};

use crate::configuration::{Place, Provider, ResolvedEnvironment, StoreUrl};
use crate::digest::{ArtifactDigest, BuildDigest, SourceDigest};

/// The current version of [`SharedBuild`]'s format.
pub const SHARED_BUILD_VERSION: u32 = 1;

/// One entry: the build of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedBuild {
    /// The format's version: 1.
    pub version: u32,
    /// The source, which is also in the entry's key: an entry that was copied elsewhere shows.
    pub source_digest: SourceDigest,
    /// The build record, which is in the store.
    pub build: BuildDigest,
    /// The zip, which is in the store, too.
    pub artifact: ArtifactDigest,
}

/// What a run may do with an environment's part of the shared cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheAccess {
    /// Take builds from it.
    Read,
    /// Also put into it what it deploys.
    ReadAndWrite,
}

/// What a run may do with the cache of `environment`. `branch` is the one that CI builds, `None` elsewhere and for pull
/// requests.
#[must_use]
pub fn cache_access(environment: &ResolvedEnvironment, place: Place, branch: Option<&str>) -> CacheAccess {
    let one_machine = environment.provider == Provider::Local || matches!(environment.store, StoreUrl::File { .. });
    let deploys_here =
        || branch.is_some_and(|branch| environment.branches.iter().any(|pattern| pattern.matches(branch)));
    if one_machine || (place == Place::ContinuousIntegration && deploys_here()) {
        CacheAccess::ReadAndWrite
    } else {
        CacheAccess::Read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::{Layers, ProjectConfiguration, resolve};

    fn access(lines: &str, place: Place, branch: Option<&str>) -> CacheAccess {
        let text = format!("[project]\nname = \"p\"\n[functions.f]\npath = \"f\"\n[environments.e]\n{lines}\n");
        let configuration =
            ProjectConfiguration::parse("shipway.toml", &text).unwrap_or_else(|error| panic!("{error}"));
        let name = "e".parse().unwrap();
        let resolved = resolve(&configuration, &Layers::default(), &name).unwrap_or_else(|error| panic!("{error}"));
        cache_access(&resolved, place, branch)
    }

    const AWS: &str = "account = \"111111111111\"\nregion = \"eu-west-1\"\nstore = \"s3://bucket/prefix\"\n\
                       branches = [\"main\", \"release/*\"]";

    #[test]
    fn ci_on_a_branch_that_deploys_there_may_write() {
        let ci = Place::ContinuousIntegration;
        assert_eq!(access(AWS, ci, Some("main")), CacheAccess::ReadAndWrite);
        assert_eq!(access(AWS, ci, Some("release/1.2")), CacheAccess::ReadAndWrite);
        assert_eq!(access(AWS, ci, Some("feature/x")), CacheAccess::Read);
        // A pull request has no branch of its own.
        assert_eq!(access(AWS, ci, None), CacheAccess::Read);
    }

    #[test]
    fn a_laptop_may_not_write_where_a_team_reads() {
        assert_eq!(access(AWS, Place::Laptop, Some("main")), CacheAccess::Read);
    }

    #[test]
    fn a_folder_is_its_machines_own() {
        assert_eq!(access("provider = \"local\"", Place::Laptop, None), CacheAccess::ReadAndWrite);
        let single =
            "account = \"111111111111\"\nregion = \"eu-west-1\"\nstore = \"file://store\"\nsingle_machine = true";
        assert_eq!(access(single, Place::Laptop, None), CacheAccess::ReadAndWrite);
    }
}
