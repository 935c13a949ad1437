//! `shipway contract`: what the code needs of its configuration, and what changed from one build to another.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shipway_core::contract::{Contract, Need, ReadVariable, contract_as_terraform, contract_changes};
use shipway_core::exit::ExitCode;
use shipway_core::names::LogicalName;
use shipway_engine::context::{Environment, Ports};
use shipway_engine::operations::{BuildRole, KnownBuild, known_builds, recorded_contract, source_contracts};

use super::Settled;
use crate::arguments::{ContractArguments, ContractCommand, ContractDiffArguments};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table};

/// How many places of a variable are shown; the rest is counted.
const PLACES_SHOWN: usize = 2;
/// How many digits of a digest tell two builds apart.
const FEWEST_DIGITS: usize = 4;

type Contracts = BTreeMap<LogicalName, Contract>;

pub(crate) fn run(
    arguments: &ContractArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    if let Some(ContractCommand::Diff(arguments)) = &arguments.command {
        return difference(arguments, invocation, printer);
    }
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    let contracts =
        settled.with_ports(invocation, printer, async |ports| Ok(source_contracts(ports, &environment).await?))?;
    if invocation.wants_terraform() {
        printer.data(terraform(&contracts).as_bytes());
        return Ok(ExitCode::Done);
    }
    printer.answer(|| text(&contracts), || json!({ "version": 1, "functions": data(&contracts) }));
    for (function, contract) in &contracts {
        tell(function, contract, printer);
    }
    Ok(ExitCode::Done)
}

fn text(contracts: &Contracts) -> String {
    let mut table = Table::new(&["FUNCTION", "NEEDS", "HOW", "BECAUSE"]);
    for (function, contract) in contracts {
        let mut row = |what: String, how: &str, because: String| {
            table.row([function.to_string(), what, how.to_owned(), because]);
        };
        row(format!("runtime {}", contract.runtime), "equal", String::new());
        row(format!("handler {}", contract.handler), "equal", String::new());
        for (name, least) in [("memory", contract.memory_megabytes), ("timeout", contract.timeout_seconds)] {
            if let Some(least) = least {
                row(format!("{name} {least}"), "at least", "declared".to_owned());
            }
        }
        for layer in &contract.layers {
            row(format!("layer {layer}"), "attached", "declared".to_owned());
        }
        if let Some(network) = contract.network {
            row(network.to_string(), "", "declared".to_owned());
        }
        for name in contract.required_variables() {
            row(name.clone(), "required", because(contract, &name));
        }
        for name in contract.optional_variables() {
            row(name.clone(), "optional", because(contract, &name));
        }
    }
    table.render()
}

/// Why a variable is thought to be read.
fn because(contract: &Contract, name: &str) -> String {
    let places = contract.places_of(name);
    let mut told: Vec<String> = places.iter().take(PLACES_SHOWN).map(ToString::to_string).collect();
    if places.len() > PLACES_SHOWN {
        told.push(format!("and {} more", places.len() - PLACES_SHOWN));
    }
    if contract.environment.contains(name) {
        told.insert(0, "declared".to_owned());
    }
    told.join(", ")
}

fn tell(function: &LogicalName, contract: &Contract, printer: &Printer) {
    match &contract.reads {
        None => printer.status(&format!("{function}: nothing is read from its sources; `requires` says what it needs")),
        Some(reads) => {
            for place in &reads.computed {
                printer.status(&format!(
                    "{function}: {place} reads a variable whose name is computed: nobody can tell which"
                ));
            }
        }
    }
}

fn data(contracts: &Contracts) -> Vec<Value> {
    contracts.iter().map(|(function, contract)| one(function, contract)).collect()
}

fn one(function: &LogicalName, contract: &Contract) -> Value {
    let read = |name: &String| contract.reads.as_ref().and_then(|reads| reads.variables.get(name));
    let names = contract.required_variables().into_iter().chain(contract.optional_variables());
    let variables: Vec<Value> = names.map(|name| variable(&name, contract, read(&name))).collect();
    json!({
        "function": function,
        "runtime": contract.runtime,
        "handler": contract.handler,
        "memory": contract.memory_megabytes,
        "timeout": contract.timeout_seconds,
        "layers": contract.layers,
        "network": contract.network,
        "sources_read": contract.reads.is_some(),
        "environment": variables,
        "computed": contract.reads.as_ref().map(|reads| reads.computed.clone()).unwrap_or_default(),
    })
}

fn variable(name: &str, contract: &Contract, read: Option<&ReadVariable>) -> Value {
    let declared = contract.environment.contains(name);
    let needed = declared || read.is_some_and(|read| read.need == Need::Required);
    json!({
        "name": name,
        "need": if needed { Need::Required } else { Need::Optional },
        "declared": declared,
        "places": read.map(|read| read.places.clone()).unwrap_or_default(),
    })
}

fn terraform(contracts: &Contracts) -> String {
    let one =
        |(function, contract): (&LogicalName, &Contract)| format!("# {function}\n{}", contract_as_terraform(contract));
    contracts.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn difference(
    arguments: &ContractDiffArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&[])?;
    let (before, after) = settled.with_ports(invocation, printer, async |ports| {
        let known = known_builds(ports, &environment).await?;
        let mut named = [None, None];
        for (place, name) in named.iter_mut().zip([&arguments.before, &arguments.after]) {
            *place = Some(contract_named(ports, &environment, &known, name).await?);
        }
        let [Some(before), Some(after)] = named else { unreachable!("both were filled") };
        Ok((before, after))
    })?;
    let changes = contract_changes(&before, &after);
    printer.answer(
        || changes.iter().map(|change| format!("{change}\n")).collect(),
        || json!({ "version": 1, "before": arguments.before, "after": arguments.after, "changes": changes }),
    );
    if changes.is_empty() {
        printer.status("both need the same");
    }
    Ok(ExitCode::Done)
}

async fn contract_named(
    ports: &Ports<'_>,
    environment: &Environment,
    known: &[KnownBuild],
    name: &str,
) -> Result<Contract, Failure> {
    if let Some((function, role)) = name.split_once('@') {
        let role = match role {
            "running" => BuildRole::Running,
            "wanted" => BuildRole::Wanted,
            _ => return Err(unknown(name)),
        };
        let found = known.iter().filter(|build| build.function.as_str() == function);
        // What is wanted is what runs, unless something else is.
        let found = found.min_by_key(|build| (build.role != role, build.role));
        let found = found.filter(|found| found.role == role || role == BuildRole::Wanted);
        let Some(found) = found else {
            let message = format!("no build of `{function}` is {}", name.rsplit('@').next().unwrap_or_default());
            return Err(Failure::usage(message, "`shipway status` tells what runs and what is wanted"));
        };
        return Ok(recorded_contract(ports, &found.build).await?);
    }
    let function = environment.functions.iter().find(|function| function.name.function().as_str() == name);
    if let Some(function) = function {
        let alone = Environment { functions: vec![function.clone()], layers: Vec::new(), ..environment.clone() };
        return source_contracts(ports, &alone).await?.into_values().next().ok_or_else(|| unknown(name));
    }
    let is_digest = name.len() >= FEWEST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut matching: Vec<&KnownBuild> = Vec::new();
    for build in known.iter().filter(|build| is_digest && build.build.artifact.hex().starts_with(name)) {
        if !matching.iter().any(|other| other.build.build == build.build.build) {
            matching.push(build);
        }
    }
    match matching.as_slice() {
        // Two builds may have the same bytes and other contracts: the newest is meant.
        [first, ..] => Ok(recorded_contract(ports, &first.build).await?),
        [] => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Failure {
    Failure::usage(
        format!("`{name}` is no function and no build that a ledger of this environment knows"),
        "FUNCTION stands for its sources, FUNCTION@running and FUNCTION@wanted for its builds, digits for an artifact",
    )
}
