//! Which crate may depend on which: a function over the output of `cargo metadata`.
//!
//! Clippy sees calls; that a crate does not even have tokio, or the AWS SDK, only its dependencies show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What one crate of the workspace may not reach.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The crate.
    pub member: &'static str,
    /// Names of crates it may not depend on, directly or through others, outside its tests. `*` at the end stands
    /// for any ending.
    pub forbidden: &'static [&'static str],
    /// Why.
    pub reason: &'static str,
}

/// The rules of design: dependencies point one way, shipway → {aws, host, local} → engine → core.
pub const RULES: &[Rule] = &[
    Rule {
        member: "shipway-core",
        forbidden: &[
            "shipway*",
            "tokio*",
            "futures*",
            "async-*",
            "aws-*",
            "hyper*",
            "reqwest",
            "rayon*",
            "clap*",
            "indicatif",
            "rustix",
            "tempfile",
            "libc",
        ],
        reason: "core is pure: no I/O, async, threads, C, AWS types or terminal",
    },
    Rule {
        member: "shipway-lambda-model",
        forbidden: &["shipway*", "tokio*", "futures*", "aws-*", "hyper*", "axum*", "reqwest", "rayon*", "rustix"],
        reason: "the model is pure, and independent of core, so that a shared mistake shows",
    },
    Rule {
        member: "shipway-contract",
        forbidden: &[
            "shipway*",
            "tokio*",
            "futures*",
            "async-*",
            "aws-*",
            "hyper*",
            "axum*",
            "reqwest",
            "rayon*",
            "clap*",
            "indicatif",
            "rustix",
            "tempfile",
            "wasmtime*",
        ],
        reason: "the reader of source is pure: text in, findings out; it decides nothing about deploying",
    },
    Rule {
        member: "shipway-package",
        forbidden: &[
            "shipway-engine",
            "shipway-aws",
            "shipway-host",
            "shipway-local",
            "shipway-lambda-model",
            "tokio*",
            "async-*",
            "aws-*",
            "hyper*",
            "axum*",
            "reqwest",
        ],
        reason: "packaging has no network, no async and no decisions about deploying",
    },
    Rule {
        member: "shipway-engine",
        forbidden: &[
            "shipway-aws",
            "shipway-host",
            "shipway-local",
            "shipway-lambda-model",
            "tokio*",
            "async-std",
            "smol",
            "aws-*",
            "hyper*",
            "axum*",
            "reqwest",
            "rayon*",
            "clap*",
            "indicatif",
            "rustix",
            "tempfile",
            "libc",
        ],
        reason: "the engine runs on ports and plain futures, so that a simulator can drive it",
    },
    Rule {
        member: "shipway-local",
        forbidden: &["shipway-engine", "shipway-aws", "shipway-host", "aws-*"],
        reason: "the embedded Lambda knows nothing of the engine: it answers whoever calls",
    },
    Rule {
        member: "shipway-aws",
        forbidden: &["shipway-local", "shipway-lambda-model", "shipway-host", "clap*", "indicatif"],
        reason: "the adapter to AWS must not know what stands in for AWS",
    },
    Rule {
        member: "shipway-host",
        forbidden: &["shipway-local", "shipway-lambda-model", "shipway-aws", "aws-*", "hyper*", "clap*", "indicatif"],
        reason: "the adapter to this machine has no network and no AWS",
    },
    Rule {
        member: "xtask",
        forbidden: &["shipway*", "aws-*", "tokio*"],
        reason: "what the benchmark measures are whole processes: nothing of Shipway is linked in",
    },
];

/// Every breach of the rules in a workspace, as a sentence; empty when there is none.
///
/// `metadata` is what `cargo metadata --format-version 1` prints. A rule for a crate that is not there is a breach
/// too, so that a renamed crate does not lose its rule.
#[must_use]
pub fn breaches(metadata: &Value) -> Vec<String> {
    let graph = Graph::read(metadata);
    let mut found = Vec::new();
    for rule in RULES {
        match graph.ids.get(rule.member) {
            Some(id) => found.extend(graph.breaches_of(rule, id)),
            None => found.push(format!("{} has a rule and is not in the workspace", rule.member)),
        }
    }
    for (name, id) in &graph.ids {
        found.extend(graph.direct_breaches(name, id));
    }
    found
}

struct Graph<'m> {
    /// The workspace's members: name → id.
    ids: BTreeMap<&'m str, &'m str>,
    /// All packages: id → name.
    names: BTreeMap<&'m str, &'m str>,
    /// Edges outside of tests: id → ids.
    used: BTreeMap<&'m str, Vec<&'m str>>,
    /// All edges.
    mentioned: BTreeMap<&'m str, Vec<&'m str>>,
}

impl<'m> Graph<'m> {
    fn read(metadata: &'m Value) -> Self {
        let names: BTreeMap<&str, &str> =
            items(&metadata["packages"]).map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let ids = items(&metadata["workspace_members"]).map(text).map(|id| (names[id], id)).collect();
        let (mut used, mut mentioned) = (BTreeMap::new(), BTreeMap::new());
        for node in items(&metadata["resolve"]["nodes"]) {
            let dependencies = || items(&node["deps"]);
            let outside_tests = |dependency: &&Value| items(&dependency["dep_kinds"]).any(|kind| kind["kind"] != "dev");
            let id = text(&node["id"]);
            used.insert(id, dependencies().filter(outside_tests).map(|dependency| text(&dependency["pkg"])).collect());
            mentioned.insert(id, dependencies().map(|dependency| text(&dependency["pkg"])).collect());
        }
        Self { ids, names, used, mentioned }
    }

    fn breaches_of(&self, rule: &Rule, id: &'m str) -> Vec<String> {
        let mut seen = BTreeSet::from([id]);
        let mut paths = vec![vec![id]];
        let mut found = Vec::new();
        while let Some(path) = paths.pop() {
            for next in path.last().and_then(|last| self.used.get(last)).into_iter().flatten() {
                if !seen.insert(*next) {
                    continue;
                }
                let path: Vec<&str> = path.iter().chain([next]).copied().collect();
                if rule.forbidden.iter().any(|pattern| matches(pattern, self.names[next])) {
                    let way: Vec<&str> = path.iter().map(|id| self.names[id]).collect();
                    found.push(format!("{}: {}", way.join(" → "), rule.reason));
                } else {
                    paths.push(path);
                }
            }
        }
        found.sort();
        found
    }

    fn direct_breaches(&self, name: &str, id: &str) -> Vec<String> {
        let ships_checks = self.used.get(id).into_iter().flatten().any(|id| self.names[id] == "house");
        let checks = ships_checks.then(|| format!("{name} → house: the checks are for tests alone"));
        let dependencies = self.mentioned.get(id).into_iter().flatten().map(|id| self.names[id]);
        dependencies
            .filter_map(|dependency| {
                if name != "shipway-aws" && matches("aws-*", dependency) {
                    Some(format!("{name} → {dependency}: the AWS SDK is one crate's alone, shipway-aws's"))
                } else if dependency == "shipway" {
                    Some(format!("{name} → {dependency}: nothing depends on it"))
                } else {
                    None
                }
            })
            .chain(checks)
            .collect()
    }
}

/// Whether a name fits a pattern: `*` at the end stands for any ending.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_fit_names() {
        assert!(matches("aws-*", "aws-config"));
        assert!(!matches("aws-*", "awsome"));
        assert!(matches("tokio", "tokio"));
        assert!(!matches("tokio", "tokio-util"));
    }
}
