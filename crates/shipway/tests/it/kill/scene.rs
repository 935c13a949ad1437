//! One kill from beginning to end: deploy, hold, kill, look, deploy again, look again.

use std::collections::BTreeMap;
use std::process::Output;
use std::sync::Arc;

use serde_json::Value;
use tokio::process::Child;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::caller::{Caller, edition};
use super::rows::{Case, Ending, Shape, cases};
use crate::support::cloud::{Cloud, FUNCTION, Fate, Held, Moment, PATIENCE, Request, Snapshot};
use crate::support::{Project, Run};

const CONFIGURATION: &str = "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                             handler = \"app.handler\"\n\n[environments.production]\naccount = \"111111111111\"\n\
                             region = \"eu-west-1\"\nstore = \"s3://artifacts/shipway\"\ncreate_alias = true\n";
pub(super) const DEPLOY: &[&str] = &["deploy", "--env", "production", "--yes", "--format", "json"];

/// How many cases run at once. They wait more than they work.
const AT_ONCE: usize = 10;

/// The function in an edition: its answer is whole when both files are of the same.
pub(super) fn files(edition: u64) -> [(&'static str, String); 2] {
    let app = format!(
        "import part\n\nEDITION = {edition}\n\n\ndef handler(event, context):\n    return {{\"edition\": EDITION, \"part\": part.EDITION}}\n"
    );
    [("app.py", app), ("part.py", format!("EDITION = {edition}\n"))]
}

pub(super) fn write_edition(project: &Project, edition: u64) {
    for (name, text) in files(edition) {
        project.write(&format!("greet/{name}"), &text);
    }
    project.commit(&format!("edition {edition}"));
}

/// What a case begins with. The project holds the edition that is to be deployed, committed.
#[derive(Debug)]
pub(super) struct Beginning {
    pub(super) project: Project,
    pub(super) cloud: Snapshot,
    /// What callers are answered before; the next edition is deployed.
    pub(super) old: u64,
}

impl Beginning {
    pub(super) async fn of(shape: Shape) -> Self {
        let project = Project::empty();
        project.write("shipway.toml", CONFIGURATION);
        let cloud = Cloud::start().await;
        let provisioned = files(0);
        let provisioned: Vec<(&str, &str)> = provisioned.iter().map(|(name, text)| (*name, text.as_str())).collect();
        cloud.create_function(&provisioned).await;
        write_edition(&project, 1);
        let old = match shape {
            Shape::AliasMissing => 0,
            Shape::AliasOnLatest => {
                cloud.create_alias("$LATEST").await;
                0
            }
            Shape::Second | Shape::TakeOver => {
                let first = run(&cloud, &project, "FIRST", DEPLOY).await;
                let _deployed = first.expect(0);
                write_edition(&project, 2);
                1
            }
        };
        if shape == Shape::TakeOver {
            let (child, held) = hold(&cloud, &project, "DEAD", Moment::BeforeEffect, |request| {
                request.operation == "UpdateFunctionCode"
            })
            .await
            .expect("the second deployment comes to its update");
            kill(child).await;
            held.release(Fate::Lost);
        }
        Self { project, cloud: cloud.end().await, old }
    }
}

/// Runs the program to its end.
pub(super) async fn run(cloud: &Cloud, project: &Project, access_key: &str, arguments: &[&str]) -> Run {
    let output = cloud.program(project, access_key, arguments).output();
    let output = tokio::time::timeout(PATIENCE, output).await;
    Run::from_output(output.unwrap_or_else(|_| panic!("{arguments:?} does not end")).expect("the program runs"))
}

/// Starts a deployment and waits until the chosen request is held.
pub(super) async fn hold(
    cloud: &Cloud,
    project: &Project,
    access_key: &'static str,
    moment: Moment,
    wanted: impl Fn(&Request) -> bool + Send + Sync + 'static,
) -> Result<(Child, Held), String> {
    let caught = cloud.gate.hold(moment, move |request| request.access_key == access_key && wanted(request));
    let mut child = cloud.program(project, access_key, DEPLOY).spawn().expect("the program starts");
    tokio::select! {
        caught = caught => Ok((child, Held::of(caught.expect("the gate stays")))),
        status = child.wait() => {
            let status = status.expect("a process ends with a status");
            let Output { stdout, stderr, .. } = child.wait_with_output().await.expect("its output");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Err(format!("the request never came; {status}\n{}\n{}", text(&stdout), text(&stderr)))
        }
        () = tokio::time::sleep(PATIENCE) => Err("the request never came, and the program does not end".to_owned()),
    }
}

/// SIGKILL, and the process is gone when this returns.
pub(super) async fn kill(mut child: Child) {
    child.kill().await.expect("a process of ours can be killed");
}

async fn play(case: Case, beginning: &Beginning) -> Result<(), String> {
    let project = beginning.project.twin();
    let cloud = Cloud::from(&beginning.cloud).await;
    let (old, new) = (beginning.old, beginning.old + 1);
    let mut caller = Caller::begin(cloud.lambda());
    let (child, held) =
        hold(&cloud, &project, "KILLED", case.ending.moment(), move |request| case.point.is(request)).await?;
    kill(child).await;
    let mut late = None;
    match case.ending {
        Ending::Lost | Ending::ReplyLost => held.release(Fate::Lost),
        Ending::CarriedOut => held.carry_out(&cloud.gate).await,
        Ending::Late => late = Some(held),
    }
    caller.calls_again().await;
    let alias = cloud.alias().await;
    if alias.status == 200 && !alias.json()["RoutingConfig"]["AdditionalVersionWeights"].is_null() {
        return Err(format!("after the kill the alias has weights: {:?}", alias.body));
    }
    let next = run(&cloud, &project, "NEXT", DEPLOY).await;
    ensure(next.code == 0, || {
        format!("the next deployment ends with {}:\n{}\n{}", next.code, next.stdout, next.stderr)
    })?;
    if let Some(held) = late {
        held.carry_out(&cloud.gate).await;
    }
    let answered = edition(&cloud.invoke().await);
    ensure(answered == Ok(Some(new)), || format!("then {answered:?} answers, not {new}"))?;
    caller.calls_again().await;
    let answers = caller.end().await;
    ensure(answers.broken.is_empty(), || format!("callers saw {:?}", answers.broken))?;
    ensure(answers.editions.iter().all(|edition| [old, new].contains(edition)), || format!("callers saw {answers:?}"))?;
    ensure(answers.editions.contains(&new), || format!("callers never saw the new one: {answers:?}"))?;
    look(&cloud, &project).await?;
    look_at_release(&cloud)?;
    drop(cloud.end().await);
    Ok(())
}

/// What is recorded is whole, agrees with Lambda, and nobody holds anything.
pub(super) async fn look(cloud: &Cloud, project: &Project) -> Result<(), String> {
    let status = run(cloud, project, "LOOKER", &["status", "--env", "production", "--format", "json"]).await;
    ensure(status.code == 0, || format!("status ends with {}: {}", status.code, status.stderr))?;
    let status = &status.json()["functions"][0];
    ensure(status["holder"].is_null(), || format!("somebody still holds the target: {status}"))?;
    ensure(status["disagreements"] == Value::Array(Vec::new()), || {
        format!("Lambda and the ledger disagree: {status}")
    })?;
    let recorded = &status["running"]["lambda_version"];
    ensure(status["live"]["lambda_version"] == *recorded, || format!("the ledger tells of another version: {status}"))?;
    let history = run(cloud, project, "LOOKER", &["history", "--env", "production", "--format", "json"]).await;
    ensure(history.code == 0, || format!("history ends with {}: {}", history.code, history.stderr))?;
    let history = history.json();
    let entries = history["functions"][0]["entries"].as_array().expect("entries");
    let last = entries.last().expect("at least one");
    let objects = cloud.objects();
    let head = objects.get(&head_key()).expect("a head");
    let head: Value = serde_json::from_slice(head).expect("a head is JSON");
    ensure(head["ledger_number"] == last["number"], || format!("the head reflects another entry than {last}: {head}"))
}

/// The last release is that of the build that runs: what a promotion moves and a rollback undoes.
fn look_at_release(cloud: &Cloud) -> Result<(), String> {
    let objects = cloud.objects();
    let document = |key: &str| -> Value { serde_json::from_slice(&objects[key]).expect("records are JSON") };
    let last = objects.keys().rfind(|key| key.starts_with("shipway/releases/"));
    let release = document(last.ok_or("there is no release")?);
    let head = document(&head_key());
    let released = &release["functions"]["greet"];
    ensure(released["artifact"] == head["running"]["build"]["artifact"] && released["by"] == "this-run", || {
        format!("the last release is of another build than runs: {release}, {head}")
    })
}

fn head_key() -> String {
    format!("shipway/heads/small/production/{FUNCTION}.json")
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_the_next_deployment_finishes_it() {
    let only = std::env::var("SHIPWAY_TEST_CASE").unwrap_or_default();
    let mut beginnings = BTreeMap::new();
    for shape in Shape::ALL {
        beginnings.insert(shape, Beginning::of(shape).await);
    }
    let beginnings = Arc::new(beginnings);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut plays = JoinSet::new();
    for case in cases().into_iter().filter(|case| case.to_string().contains(&only)) {
        let (beginnings, places) = (Arc::clone(&beginnings), Arc::clone(&places));
        plays.spawn(async move {
            let _place = places.acquire_owned().await.expect("the semaphore stays");
            play(case, &beginnings[&case.shape]).await.map_err(|error| format!("{case}: {error}"))
        });
    }
    let count = plays.len();
    assert!(count > 0, "no case is called {only}");
    let failed: Vec<String> = plays.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{} of {count} kills went wrong:\n{}", failed.len(), failed.join("\n\n"));
}
