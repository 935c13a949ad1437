//! Access denied, to every call that a deployment makes: never a green run, and never anything but whole code served.

use std::collections::BTreeSet;

use super::ground::{DEPLOY, Ground, tells};
use crate::support::Run;

#[test]
fn a_call_that_is_denied_is_never_a_green_run() {
    let ground = Ground::new();
    ground.lambda.take();
    let _deployed = Run::of(&mut ground.command(&DEPLOY)).expect(0);
    let operations: BTreeSet<&'static str> = ground.lambda.take().iter().filter_map(|call| call.operation).collect();
    for needed in ["GetFunction", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"] {
        assert!(operations.contains(needed), "{operations:?}");
    }
    for (edition, operation) in (3..).zip(operations) {
        ground.project.write_edition(edition);
        let serving = serving(&ground);
        ground.lambda.deny(Some(operation));
        let denied = Run::of(&mut ground.command(&DEPLOY));
        assert!(denied.code == 1 || denied.code == 4, "{operation}: {denied:?}");
        tells(&denied, &[operation, "AccessDeniedException", "hint: grant `lambda:", "to the role that deploys"]);
        ground.lambda.deny(None);
        assert_eq!(self::serving(&ground), serving, "{operation}");
    }
}

fn serving(ground: &Ground) -> serde_json::Value {
    Run::of(&mut ground.command(&["invoke", "greet", "--env", "local"])).expect(0).json()
}
