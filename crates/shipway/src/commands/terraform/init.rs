//! `shipway terraform init`: writes a Terraform configuration that makes the functions of an environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use shipway_core::build::Platform;
use shipway_core::configuration::Provider;
use shipway_core::contract::Contract;
use shipway_core::exit::ExitCode;
use shipway_core::names::{Architecture, LogicalName};
use shipway_core::terraform_root::{Root, RootFile, RootFunction, write};
use shipway_engine::context::Function;
use shipway_engine::operations::source_contracts;

use crate::arguments::TerraformInitArguments;
use crate::commands::Settled;
use crate::failure::Failure;
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
        settled.with_ports(invocation, printer, async |ports| Ok(source_contracts(ports, &environment).await?))?;
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

fn root_function(function: &Function, contracts: &BTreeMap<LogicalName, Contract>) -> RootFunction {
    let build = &function.build;
    RootFunction {
        name: function.name.clone(),
        target: function.target.clone(),
        runtime: build.runtime.clone(),
        handler: build.handler.clone(),
        architecture: match build.platform {
            Platform::Lambda { architecture } => architecture,
            Platform::Host => Architecture::X86_64,
        },
        contract: contracts.get(function.name.function()).unwrap_or(&build.contract).clone(),
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
