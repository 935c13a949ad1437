//! The shapes that a plan can have, each in a world where exactly that plan comes next.

use shipway_core::ledger::{JournalEntry, Note};
use shipway_core::plan::{CreateAlias, RollbackTo};
use shipway_core::step::StepKind;
use shipway_lambda_model as model;
use shipway_lambda_model::Request;

use crate::world::{Action, Checkout, Ended, Handle, Project, Trap, World, options};

/// A shape of plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// First deployment, the alias on `$LATEST`.
    Pin,
    /// First deployment, no alias yet.
    CreateAlias,
    /// Code, version, alias.
    Usual,
    /// Without an alias.
    Unaliased,
    /// After a deployment that died with everything done but the alias.
    TakeOver,
    /// Without an alias, after a deployment that died over the code.
    UnaliasedTakeOver,
    /// Back, by the alias alone.
    Rollback,
    /// Back, by publishing again.
    Republish,
}

impl Shape {
    pub(crate) const ALL: [Self; 8] = [
        Self::Pin,
        Self::CreateAlias,
        Self::Usual,
        Self::Unaliased,
        Self::TakeOver,
        Self::UnaliasedTakeOver,
        Self::Rollback,
        Self::Republish,
    ];

    /// Where this step is found. A step without a row does not compile.
    pub(crate) fn with_step(kind: StepKind) -> Self {
        match kind {
            StepKind::UploadArtifact
            | StepKind::UpdateFunctionCode
            | StepKind::AwaitUpdate
            | StepKind::PublishVersion
            | StepKind::AwaitVersion
            | StepKind::MoveAlias => Self::Usual,
            StepKind::FenceAlias => Self::TakeOver,
            StepKind::PublishCurrent => Self::Pin,
            StepKind::PinAlias => Self::CreateAlias,
        }
    }

    pub(crate) fn project(self) -> Project {
        match self {
            Self::CreateAlias => Project { create_alias: CreateAlias::Create, ..Project::default() },
            Self::Unaliased | Self::UnaliasedTakeOver => Project { alias: None, ..Project::default() },
            _ => Project::default(),
        }
    }

    /// The texts that callers reach before and after.
    pub(crate) fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Pin | Self::CreateAlias => ("PK placeholder", "PK orders at c"),
            Self::Usual | Self::Unaliased | Self::TakeOver => ("PK orders at a", "PK orders at c"),
            Self::UnaliasedTakeOver => ("PK orders at b", "PK orders at c"),
            Self::Rollback | Self::Republish => ("PK orders at b", "PK orders at a"),
        }
    }

    pub(crate) fn is_rollback(self) -> bool {
        matches!(self, Self::Rollback | Self::Republish)
    }

    /// The world, just before.
    pub(crate) fn world(self, seed: u64) -> World {
        let (world, project) = (World::new(seed), self.project());
        match self {
            Self::CreateAlias => world.create_function("orders-dev"),
            _ => world.provision(&project),
        }
        match self {
            Self::Pin | Self::CreateAlias => {}
            Self::Usual | Self::Unaliased => {
                world.deploy(&project, Checkout::of('a')).unwrap();
            }
            Self::TakeOver | Self::UnaliasedTakeOver => {
                world.deploy(&project, Checkout::of('a')).unwrap();
                let died = world.start_deploy(&project, Checkout::of('b'), options());
                let trap = match self {
                    Self::TakeOver => Trap::on("UpdateAlias", Action::Halt),
                    _ => Trap::on("UpdateFunctionCode", Action::Halt).after(),
                };
                world.set(trap.of(died.id));
                world.run();
                assert!(world.is_halted(died.id));
                world.kill(died.id);
                world.pass(std::time::Duration::from_secs(1));
            }
            Self::Rollback | Self::Republish => {
                world.deploy(&project, Checkout::of('a')).unwrap();
                world.deploy(&project, Checkout::of('b')).unwrap();
                if self == Self::Republish {
                    let old = model::Target::new("orders-dev").qualified("2");
                    world.ask(Request::DeleteFunction(old)).unwrap();
                }
            }
        }
        world.clear_log();
        world
    }

    /// Starts what the shape is about.
    pub(crate) fn start(self, world: &World, host: &str) -> Handle<Ended> {
        let project = self.project();
        if self.is_rollback() {
            return world.start_rollback(&project, Checkout::of('a').on(host), RollbackTo::Previous);
        }
        world.start_deploy(&project, Checkout::of('c').on(host), options())
    }
}

/// The kinds of the steps that were begun in this world.
pub(crate) fn steps_begun(world: &World) -> Vec<StepKind> {
    let mut kinds = Vec::new();
    for bytes in world.objects_with("/journal/") {
        let entry: JournalEntry = serde_json::from_slice(&bytes).unwrap();
        for note in entry.notes {
            if let Note::Starting { step } = note {
                kinds.push(step.kind());
            }
        }
    }
    kinds
}

#[test]
fn every_kind_of_step_is_in_the_shape_that_claims_it() {
    for kind in StepKind::ALL {
        let shape = Shape::with_step(kind);
        let world = shape.world(1);
        let process = shape.start(&world, "laptop");
        world.run();
        process.ended().unwrap();
        assert!(steps_begun(&world).contains(&kind), "{shape:?} has no {kind:?}");
    }
}

#[test]
fn every_shape_ends_well_when_nothing_goes_wrong() {
    for shape in Shape::ALL {
        let world = shape.world(1);
        assert_eq!(world.served(&shape.project(), "orders"), shape.texts().0, "{shape:?}");
        let process = shape.start(&world, "laptop");
        world.run();
        let ended = process.ended();
        assert_eq!(crate::world::exit(&ended), shipway_core::exit::ExitCode::Done, "{shape:?}: {ended:?}");
        assert_eq!(world.served(&shape.project(), "orders"), shape.texts().1, "{shape:?}");
    }
}
