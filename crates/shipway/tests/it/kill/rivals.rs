//! Two programs at once on one target: two deployments stopped together at the claim, and a rollback that goes through
//! while a deployment holds the target, is on its way, or is paused.

use std::process::Output;

use rustix::process::{Pid, Signal, kill_process};
use shipway_core::step::StepKind;
use shipway_lambda_model::State;
use tokio::process::Child;

use super::caller::edition;
use super::rows::{Point, Record, Shape};
use super::scene::{Beginning, DEPLOY, hold, look, run, write_edition};
use crate::support::cloud::{Cloud, Fate, Moment, PATIENCE, Request};
use crate::support::{Project, Run};

const ROUNDS: [(&str, &str); 5] =
    [("LEFT1", "RIGHT1"), ("LEFT2", "RIGHT2"), ("LEFT3", "RIGHT3"), ("LEFT4", "RIGHT4"), ("LEFT5", "RIGHT5")];
const ROLLBACK: &[&str] = &["rollback", "--env", "production", "--yes", "--format", "json"];

async fn ended(child: Child) -> Run {
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output: Output = output.expect("the program ends").expect("its output can be read");
    Run::from_output(output)
}

fn outcome(run: &Run) -> String {
    run.json()["functions"][0]["outcome"].as_str().expect("an outcome").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_deployments_at_the_claim_one_wins_and_the_other_has_nothing_to_do() {
    let beginning = Beginning::of(Shape::Second).await;
    let cloud = Cloud::from(&beginning.cloud).await;
    for (round, (left, right)) in (2..).zip(ROUNDS) {
        write_edition(&beginning.project, round);
        let other = beginning.project.twin();
        let claim = |request: &_| Point::Record(Record::Claim).is(request);
        let (one, two) = tokio::join!(
            hold(&cloud, &beginning.project, left, Moment::BeforeEffect, claim),
            hold(&cloud, &other, right, Moment::BeforeEffect, claim),
        );
        let ((one, held_one), (two, held_two)) = (one.expect("a claim"), two.expect("a claim"));
        assert_eq!(held_one.request.subject, held_two.request.subject, "both claim by the same entry");
        held_one.release(Fate::Proceed);
        held_two.release(Fate::Proceed);
        let (one, two) = tokio::join!(ended(one), ended(two));
        let (one, two) = (one.expect(0), two.expect(0));
        let loser = match (outcome(&one).as_str(), outcome(&two).as_str()) {
            ("deployed", "unchanged") => right,
            ("unchanged", "deployed") => left,
            other => panic!("{other:?}"),
        };
        let log = cloud.gate.log();
        let writes: Vec<_> =
            log.iter().filter(|request| request.access_key == loser && request.changes_lambda()).collect();
        assert!(writes.is_empty(), "who lost the claim wrote: {writes:?}");
        assert_eq!(edition(&cloud.invoke().await), Ok(Some(round)));
        look(&cloud, &beginning.project).await.expect("all is well recorded");
    }
    drop(cloud.end().await);
}

/// A cloud on which editions 1 and 2 were deployed, and a project with edition 3.
async fn deployed_twice() -> (Cloud, Project) {
    let beginning = Beginning::of(Shape::Second).await;
    let cloud = Cloud::from(&beginning.cloud).await;
    let _second = run(&cloud, &beginning.project, "SECOND", DEPLOY).await.expect(0);
    write_edition(&beginning.project, 3);
    (cloud, beginning.project)
}

/// The deployment ends without having changed anything since `state`, and says whose the target is.
async fn gives_way(cloud: &Cloud, project: &Project, deployment: Child, state: &State) {
    let lost = ended(deployment).await.expect(1);
    assert!(lost.stderr.contains("took greet:live"), "{}", lost.stderr);
    assert_eq!(cloud.lambda_state(), *state, "something was changed after the rollback");
    assert_eq!(edition(&cloud.invoke().await), Ok(Some(1)));
    look(cloud, project).await.expect("all is well recorded");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_goes_through_while_a_deployment_holds_the_target() {
    for kind in [StepKind::UpdateFunctionCode, StepKind::PublishVersion, StepKind::MoveAlias] {
        let (cloud, project) = deployed_twice().await;
        let (deployment, held) =
            hold(&cloud, &project, "SLOW", Moment::BeforeEffect, move |request| Point::Step(kind).is(request))
                .await
                .expect("the deployment comes to the step");
        let _back = run(&cloud, &project, "BACK", ROLLBACK).await.expect(0);
        assert_eq!(edition(&cloud.invoke().await), Ok(Some(1)), "while the deployment is at {kind:?}");
        let state = cloud.lambda_state();
        held.release(Fate::Proceed);
        gives_way(&cloud, &project, deployment, &state).await;
        drop(cloud.end().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_deployment_that_wakes_up_after_a_rollback_changes_nothing() {
    for (kind, operation) in [
        (StepKind::UpdateFunctionCode, "UpdateFunctionCode"),
        (StepKind::PublishVersion, "PublishVersion"),
        (StepKind::MoveAlias, "UpdateAlias"),
    ] {
        let (cloud, project) = deployed_twice().await;
        let point = Point::Announcement(kind);
        let (deployment, held) =
            hold(&cloud, &project, "PAUSED", Moment::AfterEffect, move |request| point.is(request))
                .await
                .expect("the deployment announces the step");
        let process = deployment.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).expect("it runs");
        kill_process(process, Signal::STOP).expect("a process of ours can be paused");
        held.release(Fate::Proceed);
        let _back = run(&cloud, &project, "BACK", ROLLBACK).await.expect(0);
        let state = cloud.lambda_state();
        kill_process(process, Signal::CONT).expect("a process of ours can go on");
        gives_way(&cloud, &project, deployment, &state).await;
        let tried = |request: &Request| request.access_key == "PAUSED" && request.operation == operation;
        assert!(cloud.gate.log().iter().any(tried), "it woke up before {kind:?}, so it must have tried");
        drop(cloud.end().await);
    }
}
