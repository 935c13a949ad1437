//! Where things are kept in a store: every key that Shipway reads or writes is made here.
//!
//! ```text
//! artifacts/<sha256>.zip                                          bytes
//! builds/<digest of the record>.json                              build record
//! cache/<project>/<environment>/<source digest>.json              which build came of that source
//! targets/<account>/<region>/<function>/<alias>/
//!    ledger/<20 digits>.json                                      one entry of the ledger, for ever
//!    journal/<deployment>/<20 digits>.json                        steps and lease renewals of one deployment
//! heads/<project>/<environment>/<function>.json                   wanted and running
//! heads/<project>/<environment>/<function>/<name in AWS>.json     the same, where a function has a list of targets
//! layers/<project>/<environment>/<layer>/<20 digits>.json         one layer version that was published
//! releases/<project>/<environment>/<20 digits>.json               what one finished run put there
//! ```
//!
//! Artifacts, records, ledger, journal, layers and releases are created once and never changed. Heads and cache entries
//! are replaced.
//! Nothing here reads or writes: a key is a value.

use std::fmt;

use crate::digest::{ArtifactDigest, BuildDigest, SourceDigest};
use crate::names::{DeploymentId, EnvironmentName, LogicalName, ProjectName, Serving, Target};
use crate::target_name::TargetName;

/// A key in a store, relative to the store's root; `/` separates, no part is empty, `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey(String);

/// The beginning of a family of keys; ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StorePrefix(String);

impl StoreKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl StorePrefix {
    /// The prefix as text, with its `/` at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of the numbered document `number` below this prefix. Numbers count from 1; twenty digits, so
    /// that keys sort as numbers do.
    #[must_use]
    pub fn numbered(&self, number: u64) -> StoreKey {
        StoreKey(format!("{}{number:020}.json", self.0))
    }

    /// The number of a key that [`StorePrefix::numbered`] made, or `None` for any other key.
    #[must_use]
    pub fn number_of(&self, key: &str) -> Option<u64> {
        let digits = key.strip_prefix(&self.0)?.strip_suffix(".json")?;
        (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
    }
}

impl fmt::Display for StorePrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An artifact's bytes.
#[must_use]
pub fn artifact(digest: &ArtifactDigest) -> StoreKey {
    StoreKey(format!("artifacts/{digest}.zip"))
}

/// A build record.
#[must_use]
pub fn build_record(digest: &BuildDigest) -> StoreKey {
    StoreKey(format!("builds/{digest}.json"))
}

/// The entry of a source in an environment's part of the shared build cache.
#[must_use]
pub fn shared_build(project: &ProjectName, environment: &EnvironmentName, source: &SourceDigest) -> StoreKey {
    StoreKey(format!("cache/{project}/{environment}/{source}.json"))
}

/// The ledger of a target.
#[must_use]
pub fn ledger(target: &Target) -> StorePrefix {
    StorePrefix(format!("{}ledger/", target_folder(target)))
}

/// The journal of one deployment to a target.
#[must_use]
pub fn journal(target: &Target, deployment: &DeploymentId) -> StorePrefix {
    StorePrefix(format!("{}journal/{deployment}/", target_folder(target)))
}

/// The head of one target in one environment of a project. A logical name holds no dot, so that the document of an only
/// target and the folder of several never share a name.
#[must_use]
pub fn head(project: &ProjectName, environment: &EnvironmentName, target: &TargetName) -> StoreKey {
    let function = target.function();
    StoreKey(match target.told_apart_by() {
        None => format!("heads/{project}/{environment}/{function}.json"),
        Some(name) => format!("heads/{project}/{environment}/{function}/{name}.json"),
    })
}

/// The heads of one environment of a project.
#[must_use]
pub fn heads(project: &ProjectName, environment: &EnvironmentName) -> StorePrefix {
    StorePrefix(format!("heads/{project}/{environment}/"))
}

/// The heads of every environment of every project that keeps its records in a store.
#[must_use]
pub fn all_heads() -> StorePrefix {
    StorePrefix("heads/".to_owned())
}

/// Whose head a key is: what [`head`] was given. `None` for any other key.
#[must_use]
pub fn whose_head(key: &str) -> Option<(ProjectName, EnvironmentName, TargetName)> {
    let mut parts = key.strip_prefix("heads/")?.strip_suffix(".json")?.split('/');
    let (project, environment, function) = (parts.next()?, parts.next()?, parts.next()?);
    let name = match parts.next() {
        None => TargetName::only(function.parse().ok()?),
        Some(name) => TargetName::one_of_several(function.parse().ok()?, name.parse().ok()?),
    };
    parts.next().is_none().then_some(())?;
    Some((project.parse().ok()?, environment.parse().ok()?, name))
}

/// The releases of one environment of a project.
#[must_use]
pub fn releases(project: &ProjectName, environment: &EnvironmentName) -> StorePrefix {
    StorePrefix(format!("releases/{project}/{environment}/"))
}

/// The published versions of one layer in one environment of a project.
#[must_use]
pub fn layer(project: &ProjectName, environment: &EnvironmentName, layer: &LogicalName) -> StorePrefix {
    StorePrefix(format!("layers/{project}/{environment}/{layer}/"))
}

fn target_folder(target: &Target) -> String {
    // `$LATEST` is no alias name (Lambda's pattern has no `$`), so the two kinds of target never share a folder.
    let serving = match &target.serving {
        Serving::Alias(alias) => alias.as_str(),
        Serving::Latest => "$LATEST",
    };
    format!("targets/{}/{}/{}/{serving}/", target.account, target.region, target.function)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(serving: Serving) -> Target {
        Target {
            account: "111111111111".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            function: "create-order".parse().unwrap(),
            serving,
        }
    }

    #[test]
    fn numbered_keys_sort_as_numbers_and_read_back() {
        let ledger = ledger(&target(Serving::Latest));
        let (nine, ten) = (ledger.numbered(9), ledger.numbered(10));
        assert!(nine < ten);
        assert_eq!(
            ten.as_str(),
            "targets/111111111111/eu-west-1/create-order/$LATEST/ledger/00000000000000000010.json"
        );
        assert_eq!(ledger.number_of(ten.as_str()), Some(10));
        assert_eq!(ledger.number_of("targets/x/ledger/00000000000000000010.json"), None);
        assert_eq!(ledger.number_of(&format!("{ledger}10.json")), None);
    }

    #[test]
    fn each_of_several_targets_has_a_head() {
        let head = |name: &str| {
            head(&"orders".parse().unwrap(), &"dev".parse().unwrap(), &name.parse().unwrap()).as_str().to_owned()
        };
        assert_eq!(head("create"), "heads/orders/dev/create.json");
        assert_eq!(head("create:create-eu"), "heads/orders/dev/create/create-eu.json");
    }

    #[test]
    fn a_heads_key_tells_whose_it_is() {
        for name in ["create", "create:create-eu"] {
            let (project, environment) = ("orders".parse().unwrap(), "dev".parse().unwrap());
            let name: TargetName = name.parse().unwrap();
            let key = head(&project, &environment, &name);
            assert_eq!(whose_head(key.as_str()), Some((project, environment, name)));
        }
        for other in ["heads/orders/dev.json", "heads/a/b/c/d/e.json", "builds/x.json", "heads/orders/dev/create"] {
            assert_eq!(whose_head(other), None, "{other}");
        }
    }

    #[test]
    fn targets_with_and_without_an_alias_are_apart() {
        let alias = Serving::Alias("live".parse().unwrap());
        assert_ne!(ledger(&target(alias)), ledger(&target(Serving::Latest)));
    }
}
