//! Whatever happens to a target in whatever order: callers reach code that was wanted once, the ledger tells a story that
//! holds together, nothing is written unguarded, and the next deployment gets through.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shipway_core::exit::ExitCode;
use shipway_core::ledger::{Entry, SUCCESSES_KEPT, State, fold};
use shipway_core::plan::{Again, Restore, RollbackTo, Switch};
use shipway_engine::OperationError;
use shipway_engine::operations::{DeployOptions, Outcome};

use crate::world::{
    Action, Checkout, Ended, Guard, Handle, Moment, Project, Times, Trap, When, World, exit, options, outcome,
};

/// One thing that happens.
#[derive(Debug, Clone)]
enum Act {
    Run(Job),
    /// Killed at that call of its own, if it makes so many.
    Die(Job, usize, Moment),
    /// Paused there, until the next act of this kind or the end.
    Pause(Job, usize, Moment),
    /// Whoever is paused goes on.
    WakeUp,
    Tag,
    TouchAlias,
    UploadByHand,
}

#[derive(Debug, Clone, Copy)]
enum Job {
    /// Of that variant of the source.
    Deploy(u8),
    Rollback,
    Adopt,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let job = prop_oneof![
        6 => (0..6_u8).prop_map(Job::Deploy),
        2 => Just(Job::Rollback),
        1 => Just(Job::Adopt),
    ];
    let moment = prop_oneof![Just(Moment::Before), Just(Moment::After)];
    let act = prop_oneof![
        4 => job.clone().prop_map(Act::Run),
        3 => (job.clone(), 0..60_usize, moment.clone()).prop_map(|(job, call, moment)| Act::Die(job, call, moment)),
        2 => (job, 0..60_usize, moment).prop_map(|(job, call, moment)| Act::Pause(job, call, moment)),
        2 => Just(Act::WakeUp),
        1 => Just(Act::Tag),
        1 => Just(Act::TouchAlias),
        1 => Just(Act::UploadByHand),
    ];
    prop::collection::vec(act, 1..10)
}

fn text(variant: u8) -> String {
    format!("variant {variant}")
}

struct Story {
    world: World,
    project: Project,
    sleeping: Option<Handle<Ended>>,
    wanted: BTreeSet<String>,
    machines: usize,
}

impl Story {
    fn begin(project: Project, seed: u64) -> Self {
        let world = World::new(seed);
        world.provision(&project);
        let wanted = BTreeSet::from(["PK placeholder".to_owned()]);
        Self { world, project, sleeping: None, wanted, machines: 0 }
    }

    /// Each process is on one of two machines, so that the dead are noticed at once or after a minute.
    fn start(&mut self, job: Job, options: DeployOptions) -> Handle<Ended> {
        self.machines += 1;
        let host = if self.machines.is_multiple_of(2) { "one" } else { "two" };
        match job {
            Job::Deploy(variant) => {
                self.wanted.insert(format!("PK {}", text(variant)));
                let checkout = Checkout::of('d').on(host).with("orders", &text(variant));
                self.world.start_deploy(&self.project, checkout, options)
            }
            Job::Rollback => self.world.start_rollback(&self.project, Checkout::of('d').on(host), RollbackTo::Previous),
            Job::Adopt => self.world.start_adopt(&self.project, Checkout::of('d').on(host)),
        }
    }

    fn start_until(&mut self, job: Job, call: usize, moment: Moment) -> Handle<Ended> {
        let process = self.start(job, options());
        let (when, times, action) = (When::Index(call), Times::Once, Action::Halt);
        self.world.set(Trap { process: Some(process.id), when, moment, skip: 0, times, action });
        self.world.run();
        process
    }

    fn wake_up(&mut self) {
        if let Some(sleeper) = self.sleeping.take() {
            let before = self.served();
            self.world.resume(sleeper.id);
            self.world.run();
            let ended = sleeper.take().expect("whoever wakes up comes to an end");
            if is_taken_over(&ended) {
                assert_eq!(self.served(), before, "whoever was taken over changes nothing for callers");
            }
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Run(job) => {
                let process = self.start(*job, options());
                self.world.run();
                let ended = process.take().expect("whoever is left alone comes to an end");
                if let (Job::Deploy(variant), true) = (job, is_deployed(&ended)) {
                    assert_eq!(self.served(), format!("PK {}", text(*variant)), "a deployment that says so is one");
                }
            }
            Act::Die(job, call, moment) => {
                let process = self.start_until(*job, *call, *moment);
                if self.world.is_halted(process.id) {
                    self.world.kill(process.id);
                }
            }
            Act::Pause(job, call, moment) => {
                self.wake_up();
                let process = self.start_until(*job, *call, *moment);
                if self.world.is_halted(process.id) {
                    self.sleeping = Some(process);
                }
            }
            Act::WakeUp => self.wake_up(),
            Act::Tag => self.world.tag("orders-dev"),
            Act::TouchAlias => {
                if self.project.alias.is_some() {
                    self.world.touch_alias("orders-dev", "live");
                }
            }
            Act::UploadByHand => {
                self.world.upload_by_hand("orders-dev", "by hand");
                self.wanted.insert("PK by hand".to_owned());
            }
        }
    }

    fn served(&self) -> String {
        self.world.served(&self.project, "orders")
    }

    fn check(&self, act: &Act) {
        // Transitions end before the next act: tags and uploads are refused while an update is in progress.
        self.world.pass(std::time::Duration::from_secs(1));
        let served = self.world.served(&self.project, "orders");
        assert!(self.wanted.contains(&served), "after {act:?} callers reach {served}");
        let entries = self.world.ledger(&self.project, "orders");
        assert_eq!(refolded(&entries), entries.last().map(|entry| entry.state.clone()));
        if let Some(entry) = entries.last() {
            assert!(entry.state.succeeded.len() <= SUCCESSES_KEPT);
        }
        for call in self.world.log().iter().filter(|call| call.writes_to_lambda()) {
            assert_ne!(call.guard, Guard::Missing, "{call:?}");
        }
    }

    /// Everybody ends; then one more deployment gets through.
    fn end(mut self) {
        self.wake_up();
        self.check(&Act::WakeUp);
        let all = DeployOptions { again: Again::Yes, switch: Switch::Yes, restore: Restore::Yes, ..options() };
        let last = self.start(Job::Deploy(9), all);
        self.world.run();
        let ended = last.ended();
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:#?}");
        assert_eq!(self.world.served(&self.project, "orders"), "PK variant 9");
        let state = self.world.ledger_state(&self.project, "orders");
        assert!(state.holder.is_none());
        let running = state.running.unwrap().build.artifact.code_sha256();
        assert_eq!(self.world.zip_text(&running), "PK variant 9");
    }
}

fn is_deployed(ended: &Ended) -> bool {
    matches!(outcome(ended), Outcome::Deployed)
}

fn is_taken_over(ended: &Ended) -> bool {
    matches!(outcome(ended), Outcome::Failed(OperationError::TakenOver { .. }))
}

fn refolded(entries: &[Entry]) -> Option<State> {
    entries.iter().fold(None, |state, entry| {
        Some(fold(state.as_ref(), &entry.event, &entry.writer, entry.at).expect("what is recorded may happen"))
    })
}

fn goes_well(project: Project, seed: u64, acts: &[Act]) {
    let mut story = Story::begin(project, seed);
    for act in acts {
        story.act(act);
        story.check(act);
    }
    story.end();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behind_an_alias(seed in any::<u64>(), acts in acts()) {
        goes_well(Project::default(), seed, &acts);
    }

    #[test]
    fn without_an_alias(seed in any::<u64>(), acts in acts()) {
        goes_well(Project { alias: None, ..Project::default() }, seed, &acts);
    }
}
