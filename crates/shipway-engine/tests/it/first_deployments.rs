//! What a first deployment finds, and what the next ones do.

use std::cell::Cell;

use shipway_core::exit::ExitCode;
use shipway_core::ledger::HoldReason;
use shipway_core::plan::{CreateAlias, NothingBecause};
use shipway_engine::operations::{DeployOptions, First, Outcome};

use crate::world::{
    Action, Checkout, Fault, Project, Side, Trap, World, exit, options, outcome, try_configure, variables,
};

fn create() -> Project {
    Project { create_alias: CreateAlias::Create, ..Project::default() }
}

#[test]
fn an_alias_on_latest_is_pinned_before_the_code_changes() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    let ended = world.deploy(&project, Checkout::of('a'));
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    assert_eq!(exit(&ended), ExitCode::Done);
    assert_eq!(
        world.lambda_writes(),
        ["PublishVersion", "UpdateAlias", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
    );
    assert_eq!(world.alias_version("orders-dev", "live"), "2");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    assert_eq!(world.events(&project, "orders"), ["claimed", "succeeded"]);
}

#[test]
fn a_missing_alias_is_created_on_what_runs_where_that_is_allowed() {
    let (world, project) = (World::new(1), create());
    world.create_function("orders-dev");
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(
        world.lambda_writes(),
        ["PublishVersion", "CreateAlias", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
    );
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_missing_alias_is_waited_for_where_it_is_not() {
    let (world, project) = (World::new(1), Project::default());
    world.create_function("orders-dev");
    let before = world.lambda_state();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Held);
    let Outcome::Held { reasons, .. } = outcome(&ended) else { panic!("{ended:?}") };
    assert_eq!(*reasons, [HoldReason::AliasMissing]);
    assert_eq!(world.lambda_state(), before);
    assert_eq!(world.events(&project, "orders"), ["claimed", "held"]);
    assert!(world.store_keys().iter().any(|key| key.starts_with("artifacts/")), "the artifact is kept for later");
    world.create_alias("orders-dev", "live", "$LATEST");
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_second_deployment_updates_publishes_and_moves_the_alias() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    world.deploy(&project, Checkout::of('a')).unwrap();
    world.clear_log();
    let ended = world.deploy(&project, Checkout::of('b'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]);
    assert_eq!(world.alias_version("orders-dev", "live"), "3");
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    let changes = ended.unwrap().functions.remove(0).changes.unwrap();
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["functions/orders/app.py"]);
}

#[test]
fn what_serves_already_costs_two_reads_and_nothing_else() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    world.deploy(&project, Checkout::of('a')).unwrap();
    world.clear_log();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert!(matches!(outcome(&ended), Outcome::Nothing(NothingBecause::SameSource)), "{ended:?}");
    assert_eq!(exit(&ended), ExitCode::Done);
    let log = world.log();
    let lambda: Vec<&str> = log.iter().filter(|call| call.side == Side::Lambda).map(|call| call.operation).collect();
    assert_eq!(lambda, ["GetAlias", "GetFunction"]);
    assert!(!log.iter().any(|call| call.writes_to_store() || call.operation == "build"), "{log:#?}");
}

#[test]
fn other_source_with_the_same_package_changes_nothing() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    world.deploy(&project, Checkout::of('a')).unwrap();
    let (before, keys) = (world.lambda_state(), world.ledger_bytes(&project, "orders"));
    let ended = world.deploy(&project, Checkout::of('b').with("orders", "# a comment\norders at a\n"));
    assert!(matches!(outcome(&ended), Outcome::Nothing(NothingBecause::SamePackage)), "{ended:?}");
    assert_eq!(world.lambda_state(), before);
    assert_eq!(world.ledger_bytes(&project, "orders"), keys);
}

#[test]
fn without_an_alias_the_code_is_updated_and_nothing_published() {
    let (world, project) = (World::new(1), Project { alias: None, ..Project::default() });
    world.provision(&project);
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode"]);
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    world.clear_log();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert!(matches!(outcome(&ended), Outcome::Nothing(_)), "{ended:?}");
    let lambda = world.log().iter().filter(|call| call.side == Side::Lambda).count();
    assert_eq!(lambda, 1);
}

#[test]
fn an_update_by_another_tool_is_waited_for() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    world.begin_configure("orders-dev", variables(&["NEW"]));
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    let failed: Vec<_> = world.log().into_iter().filter(|call| call.writes_to_lambda() && !call.succeeded()).collect();
    assert!(failed.is_empty(), "no write was tried while the update was in progress: {failed:#?}");
}

#[test]
fn another_account_stops_everything_before_it_begins() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    world.credentials_for("222222222222");
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Usage);
    let operations: Vec<&str> = world.log().iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["GetCallerIdentity"]);
}

#[test]
fn a_project_of_which_nothing_exists_is_a_mistake_unless_it_is_said_to_be_new() {
    let (world, project) = (World::new(1), Project::default());
    world.create_function("order-dev");
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Usage);
    assert!(ended.unwrap_err().hints().iter().any(|hint| hint.contains("order-dev")));
    assert_eq!(world.store_keys(), Vec::<String>::new());
    let expected = DeployOptions { first: First::Expected, ..options() };
    let ended = world.deploy_with(&project, Checkout::of('a'), expected);
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    world.provision(&project);
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
}

#[test]
fn one_missing_function_is_held_with_the_nearest_names_and_the_other_deployed() {
    let world = World::new(1);
    let orders = Project::default();
    world.provision(&orders);
    world.create_function("payment-dev");
    let both = Project { functions: vec!["orders".to_owned(), "payments".to_owned()], ..orders.clone() };
    let ended = world.deploy(&both, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    let report = ended.unwrap();
    assert!(matches!(report.functions[0].outcome, Outcome::Deployed));
    let Outcome::Held { reasons, nearest } = &report.functions[1].outcome else { panic!("{report:?}") };
    assert_eq!(*reasons, [HoldReason::FunctionMissing]);
    assert_eq!(nearest.first().map(|name| name.as_str()), Some("payment-dev"));
    assert_eq!(world.served(&orders, "orders"), "PK orders at a");
}

#[test]
fn being_denied_anything_is_never_a_success() {
    let mut denied = Vec::new();
    for operation in [
        "GetAlias",
        "GetFunction",
        "GetPolicy",
        "GetFunctionCodeSigningConfig",
        "PublishVersion",
        "UpdateAlias",
        "UpdateFunctionCode",
        "get",
        "list",
        "create",
        "put_artifact",
    ] {
        let (world, project) = (World::new(1), Project::default());
        world.provision(&project);
        world.set(Trap::on(operation, Action::Spoil(Fault::Denied)).always());
        let ended = world.deploy(&project, Checkout::of('a'));
        denied.push((operation, exit(&ended)));
        assert_eq!(world.served(&project, "orders"), "PK placeholder", "{operation}");
    }
    assert!(denied.iter().all(|(_, code)| *code == ExitCode::Failed), "{denied:?}");
}

#[test]
fn an_unmet_contract_holds_until_it_is_met() {
    let world = World::new(1);
    let project = Project { variables: ["TABLE".to_owned()].into(), ..Project::default() };
    world.provision(&project);
    let before = world.lambda_state();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Held);
    assert_eq!(world.lambda_state(), before);
    world.configure("orders-dev", variables(&["TABLE"]));
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert!(world.ledger_state(&project, "orders").hold.is_none());
}

/// Somebody takes the variable away after the code was sent and before it is published.
fn becomes_unmet(project: &Project) -> World {
    let world = World::new(1);
    world.provision(project);
    world.configure("orders-dev", variables(&["TABLE"]));
    world.deploy(project, Checkout::of('a')).unwrap();
    world.clear_log();
    let taken = Cell::new(false);
    world.set(
        Trap::on(
            "GetFunction",
            Action::Do(Box::new(move |world| {
                let sent = world.log().iter().any(|call| call.operation == "UpdateFunctionCode" && call.succeeded());
                if sent && !taken.get() {
                    taken.set(try_configure(world, "orders-dev", variables(&["OTHER"])));
                }
            })),
        )
        .always(),
    );
    world
}

#[test]
fn a_contract_that_becomes_unmet_before_publication_puts_the_previous_code_back() {
    let project = Project { variables: ["TABLE".to_owned()].into(), ..Project::default() };
    let world = becomes_unmet(&project);
    let ended = world.deploy(&project, Checkout::of('b'));
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode", "UpdateFunctionCode"]);
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let latest = world.function("orders-dev").latest.package.code_sha256;
    assert_eq!(world.zip_text(&latest), "PK orders at a");
    assert_eq!(world.events(&project, "orders"), ["claimed", "succeeded", "claimed", "held"]);
}

#[test]
fn without_an_alias_a_contract_that_becomes_unmet_puts_the_previous_code_back_too() {
    let project = Project { variables: ["TABLE".to_owned()].into(), alias: None, ..Project::default() };
    let world = becomes_unmet(&project);
    let ended = world.deploy(&project, Checkout::of('b'));
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_failed_build_fails_the_run_and_touches_nothing() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    let before = world.lambda_state();
    let ended = world.deploy(&project, Checkout::of('a').with("orders", "syntax error"));
    assert_eq!(exit(&ended), ExitCode::Failed);
    assert_eq!(world.lambda_state(), before);
    assert_eq!(world.store_keys(), Vec::<String>::new());
}
