//! Calls of which nobody knows whether they happened: settled by looking, with no effect twice.

use shipway_core::exit::ExitCode;

use crate::shapes::Shape;
use crate::world::{Action, Fault, Moment, Times, Trap, When, exit};

#[test]
fn any_call_may_be_lost_on_its_way_or_on_its_way_back() {
    for shape in Shape::ALL {
        let prepared = shape.world(17);
        let calls = {
            let world = prepared.fork();
            let process = shape.start(&world, "laptop");
            world.run();
            process.ended().unwrap();
            world.log_of(process.id)
        };
        for call in calls {
            if !(call.writes_to_lambda() || call.writes_to_store()) {
                // The adapters send reads again; to the engine a read that failed has failed.
                continue;
            }
            for fault in [Fault::LostRequest, Fault::LostReply] {
                let world = prepared.fork();
                let process = shape.start(&world, "laptop");
                world.set(Trap {
                    process: Some(process.id),
                    when: When::Index(call.index),
                    moment: Moment::Before,
                    skip: 0,
                    times: Times::Once,
                    action: Action::Spoil(fault),
                });
                world.run();
                let ended = process.ended();
                let told = format!("{shape:?} {fault:?} of {} {}", call.operation, call.object);
                assert_eq!(exit(&ended), ExitCode::Done, "{told}: {ended:?}");
                let project = shape.project();
                assert_eq!(world.served(&project, "orders"), shape.texts().1, "{told}");
                let code = world.function("orders-dev").latest.package.code_sha256;
                let versions = world.function("orders-dev").versions;
                let new = versions.values().filter(|version| version.revision.package.code_sha256 == code).count();
                if project.alias.is_some() && !shape.is_rollback() {
                    assert_eq!(new, 1, "{told}: one version of the new code");
                }
                let state = world.ledger_state(&project, "orders");
                assert!(state.holder.is_none(), "{told}");
            }
        }
    }
}
