//! A release: the set {function → artifact} of one finished run. What a promotion moves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shipway_core::exit::ExitCode;
use shipway_core::names::{Commit, LogicalName, Nonce};
use shipway_core::store_layout;

use super::outcome::{Outcome, RunReport};
use crate::context::{Environment, Ports};
use crate::ports::{Created, StoreError};

/// The current version of the format.
const VERSION: u32 = 1;
/// How often a number that somebody else took first is followed by the next one.
const ATTEMPTS: u32 = 16;

#[derive(Debug, Serialize, Deserialize)]
struct Release {
    version: u32,
    nonce: Nonce,
    at: Timestamp,
    commit: Option<Commit>,
    functions: BTreeMap<LogicalName, Released>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Released {
    artifact: String,
    lambda_version: String,
}

/// Records the release, if the run deployed something and all of it went well.
pub(crate) async fn record(ports: &Ports<'_>, environment: &Environment, report: &RunReport) -> Result<(), StoreError> {
    let deployed = report.functions.iter().any(|function| matches!(function.outcome, Outcome::Deployed));
    if !deployed || report.exit_code() != ExitCode::Done {
        return Ok(());
    }
    let functions = report
        .functions
        .iter()
        .filter_map(|function| {
            let released =
                Released { artifact: function.artifact?.hex(), lambda_version: function.version?.to_string() };
            Some((function.function.clone(), released))
        })
        .collect();
    let commit = ports.git.head().await.ok().and_then(|head| head.commit);
    let release = Release { version: VERSION, nonce: ports.entropy.nonce(), at: ports.clock.now(), commit, functions };
    let bytes = serde_json::to_vec(&release).expect("a release always has a JSON form");
    let prefix = store_layout::releases(&environment.project, &environment.name);
    let listed = ports.store.list(&prefix, None).await?;
    let mut number = listed.iter().filter_map(|object| prefix.number_of(&object.key)).max().unwrap_or(0);
    for _ in 0..ATTEMPTS {
        number += 1;
        if ports.store.create(&prefix.numbered(number), &bytes).await? == Created::Created {
            return Ok(());
        }
    }
    Ok(())
}
