//! Which process handles what, and how many there are.

use std::time::Duration;

use serde_json::{Value, json};
use shipway_local::executor::{Invocation, Outcome};

use super::bench::{Bench, answer_of, error_of, installed_python};

const PID: &str = "import os\ndef handler(event, context):\n    return os.getpid()\n";

async fn invoke(bench: &Bench, change: impl FnOnce(&mut Invocation)) -> Outcome {
    let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({}));
    change(&mut invocation);
    bench.executor.invoke(invocation).await
}

#[tokio::test]
async fn a_process_is_used_again_and_a_retired_one_is_not() {
    let bench = Bench::new(&[("app.py", PID)]);
    let first = answer_of(&bench.python(json!({})).await);
    for _ in 0..20 {
        assert_eq!(answer_of(&bench.python(json!({})).await), first);
    }
    assert_eq!(bench.executor.processes(), 1);
    bench.executor.retire("create-order").await;
    assert_eq!(bench.executor.processes(), 0);
    assert_ne!(answer_of(&bench.python(json!({})).await), first);
}

#[tokio::test]
async fn another_version_code_or_revision_gets_a_process_of_its_own() {
    let bench = Bench::new(&[("app.py", PID)]);
    let mut seen: Vec<Value> = Vec::new();
    let changes: [fn(&mut Invocation); 5] = [
        |_| {},
        |invocation| invocation.version = "8".into(),
        |invocation| invocation.code_sha256 = "other".into(),
        |invocation| invocation.revision = "2".into(),
        |invocation| invocation.function_name = "cancel-order".into(),
    ];
    for change in changes {
        let process = answer_of(&invoke(&bench, change).await);
        assert!(!seen.contains(&process), "{seen:?} {process}");
        seen.push(process);
    }
    // The alias by which it is called makes no difference.
    let process = answer_of(&invoke(&bench, |invocation| invocation.invoked_arn = "arn:other".into()).await);
    assert_eq!(process, seen[0]);
}

#[tokio::test]
async fn a_busy_process_makes_a_second_one_start() {
    // Each waits for the other: with one process alone neither would answer.
    let code = "
import os, time
def handler(event, context):
    open(os.path.join(event['folder'], event['me']), 'w').close()
    while not os.path.exists(os.path.join(event['folder'], event['other'])):
        time.sleep(0.005)
    return os.getpid()
";
    let bench = Bench::new(&[("app.py", code)]);
    let folder = bench.folder.path();
    let (one, two) = tokio::join!(
        bench.python(json!({"folder": folder, "me": "a", "other": "b"})),
        bench.python(json!({"folder": folder, "me": "b", "other": "a"})),
    );
    assert_ne!(answer_of(&one), answer_of(&two));
    assert_eq!(bench.executor.processes(), 2);
}

/// A handler that writes a line when it begins and one when it ends, with some time in between.
const NOTING: &str = "
import os, time
def handler(event, context):
    notes = os.open(event['notes'], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(notes, b'begin\\n')
    time.sleep(0.02)
    os.write(notes, b'end\\n')
";

#[tokio::test]
async fn invocations_wait_when_there_are_enough_processes() {
    for limit in ["all", "function"] {
        let bench = Bench::with(&[("app.py", NOTING)], |settings| match limit {
            "all" => settings.maximum_environments = 1,
            _ => settings.maximum_environments_per_function = 1,
        });
        let notes = bench.folder.path().join("notes");
        let all: [_; 5] = std::array::from_fn(|_| bench.python(json!({"notes": notes})));
        let [a, b, c, d, e] = all;
        let (a, b, c, d, e) = tokio::join!(a, b, c, d, e);
        for outcome in [a, b, c, d, e] {
            assert_eq!(answer_of(&outcome), Value::Null);
        }
        assert_eq!(std::fs::read_to_string(notes).unwrap(), "begin\nend\n".repeat(5));
        assert_eq!(bench.executor.processes(), 1);
    }
}

#[tokio::test]
async fn an_idle_process_makes_room_for_another_functions() {
    let bench = Bench::with(&[("app.py", PID)], |settings| settings.maximum_environments = 1);
    for name in ["a", "b", "a"] {
        answer_of(&invoke(&bench, |invocation| invocation.function_name = name.into()).await);
        assert_eq!(bench.executor.processes(), 1);
    }
}

#[tokio::test]
async fn idle_processes_are_ended_after_a_while() {
    let bench = Bench::with(&[("app.py", PID)], |settings| settings.idle_time = Duration::from_millis(50));
    answer_of(&bench.python(json!({})).await);
    bench.until_no_process_is_left().await;
}

#[tokio::test]
async fn a_function_retired_while_it_runs_is_not_used_again() {
    let code = "
import os, time
def handler(event, context):
    if 'started' in event:
        open(event['started'], 'w').close()
        while not os.path.exists(event['go']):
            time.sleep(0.005)
    return os.getpid()
";
    let bench = Bench::new(&[("app.py", code)]);
    let (started, go) = (bench.folder.path().join("started"), bench.folder.path().join("go"));
    let running = bench.python(json!({"started": started, "go": go}));
    let retiring = async {
        while !started.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bench.executor.retire("create-order").await;
        std::fs::write(&go, "").unwrap();
    };
    let (outcome, ()) = tokio::join!(running, retiring);
    answer_of(&outcome);
    assert_eq!(bench.executor.processes(), 0);
}

#[tokio::test]
async fn an_idle_process_that_died_is_replaced() {
    let bench = Bench::new(&[("app.py", PID)]);
    let first = answer_of(&bench.python(json!({})).await);
    let process = rustix::process::Pid::from_raw(first.as_i64().unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
    bench.until_no_process_is_left().await;
    assert_ne!(answer_of(&bench.python(json!({})).await), first);
}

#[tokio::test]
async fn shutting_down_ends_what_runs_and_takes_nothing_new() {
    let code = "
import time
def handler(event, context):
    open(event['started'], 'w').close()
    while True:
        time.sleep(1)
";
    let bench = Bench::new(&[("app.py", code)]);
    let started = bench.folder.path().join("started");
    let running = bench.python(json!({"started": started}));
    let closing = async {
        while !started.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bench.executor.shutdown().await;
        bench.executor.processes()
    };
    let (outcome, left) = tokio::join!(running, closing);
    assert_eq!(error_of(&outcome).0, "Shipway.ExecutorClosed");
    assert_eq!(left, 0);
    assert_eq!(error_of(&bench.python(json!({})).await).0, "Shipway.ExecutorClosed");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_on_many_threads_share_one_executor() {
    let code = "def handler(event, context):\n    return [event['number'], context.aws_request_id]\n";
    let bench = Bench::with(&[("app.py", code)], |settings| settings.maximum_environments = 3);
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({"number": number}));
            invocation.request_id = format!("request-{number}");
            let executor = bench.executor.clone();
            tokio::spawn(async move { executor.invoke(invocation).await })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(answer_of(&task.await.unwrap()), json!([number, format!("request-{number}")]));
    }
    assert!((1..=3).contains(&bench.executor.processes()), "{}", bench.executor.processes());
}
