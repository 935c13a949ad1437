//! `shipway terraform init`: writes a Terraform configuration that makes the functions of an environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use shipway_core::build::Platform;
use shipway_core::configuration::Provider;
use shipway_core::contract::Contract;
use shipway_core::exit::ExitCode;
use shipway_core::store_layout;
use shipway_core::target_name::TargetName;
use shipway_core::terraform_root::{Root, RootFile, RootFunction, write};
use shipway_engine::context::{Environment, Function, Ports};
use shipway_engine::operations::deployed;

use crate::arguments::TerraformInitArguments;
use crate::commands::Settled;
use crate::failure::{Failure, causes};
use crate::invocation::Invocation;
use crate::output::{Printer, plural};

/// Where the module is unless somebody says otherwise: this version's.
const MODULE: &str =
    concat!("git::https://github.com/shipway/shipway//terraform/modules/function?ref=v", env!("CARGO_PKG_VERSION"));

pub(crate) fn run(
    arguments: &TerraformInitArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let resolved = &settled.resolved;
    if resolved.provider == Provider::Local {
        return Err(Failure::usage(
            format!("environment `{}` is this machine's own: there is nothing to provision", resolved.name),
            "`--env NAME` names one that is on AWS",
        ));
    }
    let environment = settled.request(&arguments.functions)?;
    let folder = match &arguments.out {
        Some(out) => invocation.directory.join(out),
        None => settled.project.folder.join("infra").join(resolved.name.as_str()),
    };
    let contracts =
        settled.with_ports(invocation, printer, async |ports| Ok(contracts(ports, &environment, printer).await))?;
    let root = Root {
        project: environment.project.clone(),
        environment: environment.name.clone(),
        account: environment.account.clone(),
        region: environment.region.clone(),
        store: resolved.store.clone(),
        module: arguments.module.clone().unwrap_or_else(|| MODULE.to_owned()),
        functions: environment.functions.iter().map(|function| root_function(function, &contracts)).collect(),
    };
    let files = write(&root);
    if !arguments.force {
        nothing_is_there(&folder, &files)?;
    }
    create(&folder, &files)?;
    let functions = plural(root.functions.len(), "function");
    printer.answer(
        || format!("wrote {} for {functions}\n", folder.display()),
        || {
            json!({
                "version": 1,
                "environment": environment.name,
                "folder": folder.display().to_string(),
                "files": files.iter().map(|file| file.name).collect::<Vec<_>>(),
                "functions": root.functions.iter().map(|function| json!({
                    "function": function.name,
                    "function_name": function.target.function,
                    "environment_variables": function.contract.required_variables(),
                    "source_was_read": function.contract.reads.is_some(),
                })).collect::<Vec<_>>(),
            })
        },
    );
    for function in root.functions.iter().filter(|function| function.contract.reads.is_none()) {
        printer.warning(&format!(
            "{}: what its source reads is not known: only the variables that shipway.toml requires are in it",
            function.name
        ));
    }
    if files.iter().any(|file| file.name == "variables.tf") {
        printer.hint(
            "variables.tf has what Shipway does not know: give it values, or put resources of yours in its place",
        );
    }
    printer.hint("`terraform init` and `terraform plan` there show what it makes; `shipway deploy` brings the code");
    Ok(ExitCode::Done)
}

/// What the source reads, by the function's last build: on this machine, else of what the store knows.
async fn contracts(ports: &Ports<'_>, environment: &Environment, printer: &Printer) -> BTreeMap<TargetName, Contract> {
    let mut found = BTreeMap::new();
    for function in &environment.functions {
        let last = ports.cache.last(&function.build).await.map(|record| record.contract);
        if let Some(contract) = last.filter(|contract| contract.reads.is_some()) {
            found.insert(function.name.clone(), contract);
        }
    }
    if found.len() == environment.functions.len() {
        return found;
    }
    // A configuration can be written without anybody having credentials.
    match deployed(ports, &store_layout::heads(&environment.project, &environment.name)).await {
        Ok(all) => {
            for one in all {
                // The newest is last.
                let newest = one.builds().filter_map(|build| one.contract(build)).last().cloned();
                if let Some(contract) = newest {
                    found.entry(one.name.clone()).or_insert(contract);
                }
            }
        }
        Err(error) => {
            let cause = causes(&error).pop().unwrap_or_default();
            printer.warning(&format!("the store is not asked for what was deployed: {error} {cause}"));
        }
    }
    found
}

fn root_function(function: &Function, contracts: &BTreeMap<TargetName, Contract>) -> RootFunction {
    let build = &function.build;
    // What the configuration says is today's; of an earlier build only what it read of the source counts.
    let reads = contracts.get(&function.name).and_then(|contract| contract.reads.clone());
    let reads = reads.map(|reads| reads.corrected(&build.corrections));
    RootFunction {
        name: function.name.clone(),
        target: function.target.clone(),
        runtime: build.runtime.clone(),
        handler: build.handler.clone(),
        architecture: match build.platform {
            Platform::Lambda { architecture } => architecture,
            Platform::Host => shipway_core::names::Architecture::X86_64,
        },
        contract: Contract { reads, ..build.contract.clone() },
        layers: function.layers.clone(),
    }
}

fn nothing_is_there(folder: &Path, files: &[RootFile]) -> Result<(), Failure> {
    let there: Vec<PathBuf> = files.iter().map(|file| folder.join(file.name)).filter(|path| path.exists()).collect();
    match there.first() {
        None => Ok(()),
        Some(first) => Err(Failure::usage(
            format!("{} is there already", first.display()),
            "`--force` writes over it; `--out FOLDER` writes elsewhere",
        )),
    }
}

fn create(folder: &Path, files: &[RootFile]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| Failure::File {
        attempt: "creating",
        path: folder.to_owned(),
        source,
    })?;
    for file in files {
        let path = folder.join(file.name);
        std::fs::write(&path, &file.text).map_err(|source| Failure::File { attempt: "writing", path, source })?;
    }
    Ok(())
}
