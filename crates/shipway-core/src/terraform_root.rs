//! The Terraform configuration that makes an environment's functions: what `shipway terraform init` writes.
//!
//! One call of the module `terraform/modules/function` for each target, with everything that Shipway knows of it. What it does
//! not know (the values of environment variables, subnets, layers that are not the project's) becomes a variable without a
//! default, so that Terraform asks for it and nobody deploys an empty text by mistake.

use std::collections::{BTreeMap, BTreeSet};

use crate::configuration::StoreUrl;
use crate::contract::{Contract, Network};
use crate::hcl::{Item, Value, identifier, render};
use crate::names::{
    AccountId, Architecture, EnvironmentName, Handler, LayerName, LogicalName, ProjectName, Region, Runtime, Serving,
    Target,
};
use crate::target_name::TargetName;

/// What is written about.
#[derive(Debug, Clone)]
pub struct Root {
    /// The project.
    pub project: ProjectName,
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// Its store.
    pub store: StoreUrl,
    /// Where the module is, as Terraform's `source` has it.
    pub module: String,
    /// The functions, one for each target.
    pub functions: Vec<RootFunction>,
}

/// One target.
#[derive(Debug, Clone)]
pub struct RootFunction {
    /// What it is called.
    pub name: TargetName,
    /// What it is in AWS.
    pub target: Target,
    /// Its runtime.
    pub runtime: Runtime,
    /// Its handler.
    pub handler: Handler,
    /// Its processor.
    pub architecture: Architecture,
    /// What it requires, with what was read from its source where something was.
    pub contract: Contract,
    /// The project's layers that it is to have.
    pub layers: Vec<LogicalName>,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootFile {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
}

/// A variable of the configuration, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Variable {
    name: String,
    kind: &'static str,
    description: String,
}

/// Names that are given once in a configuration.
#[derive(Debug, Default)]
struct Names {
    modules: BTreeSet<String>,
    variables: BTreeSet<String>,
    locals: BTreeMap<LogicalName, String>,
    wanted: Vec<Variable>,
}

/// The files of a root; those that would be empty are left out.
#[must_use]
pub fn write(root: &Root) -> Vec<RootFile> {
    let mut names = Names::default();
    let layers: BTreeSet<&LogicalName> = root.functions.iter().flat_map(|function| &function.layers).collect();
    let mut taken = BTreeSet::new();
    for layer in layers {
        names.locals.insert(layer.clone(), identifier(layer.as_str(), &mut taken));
    }
    let mut calls = Vec::new();
    let mut modules = Vec::new();
    for function in &root.functions {
        let module = identifier(&function.name.to_string(), &mut names.modules);
        if !calls.is_empty() {
            calls.push(Item::Blank);
        }
        calls.push(Item::block("module", &[&module], call(root, function, &module, &mut names)));
        modules.push(module);
    }
    let mut files = vec![
        RootFile { name: "main.tf", text: render(&main(root, &names)) },
        RootFile { name: "functions.tf", text: render(&calls) },
        RootFile { name: "outputs.tf", text: render(&outputs(&modules)) },
    ];
    if !names.wanted.is_empty() {
        files.push(RootFile { name: "variables.tf", text: render(&variables(&names.wanted)) });
    }
    files
}

/// Versions, provider, and the newest version of each of the project's layers.
fn main(root: &Root, names: &Names) -> Vec<Item> {
    let provider = vec![Item::text("source", "hashicorp/aws"), Item::text("version", ">= 6.40, < 7.0")];
    let required = vec![Item::Attribute("aws".to_owned(), Value::Map(provider))];
    let accounts = Value::List(vec![Value::Text(root.account.to_string())]);
    let mut body = vec![
        Item::Comment(format!(
            "The functions of {} in {}: everything but their code, which `shipway deploy` brings.\n\
             Made by `shipway terraform init` as a beginning. It is yours now: nothing writes it anew.",
            root.project, root.environment
        )),
        Item::Blank,
        Item::block(
            "terraform",
            &[],
            vec![
                Item::text("required_version", ">= 1.9"),
                Item::Blank,
                Item::block("required_providers", &[], required),
            ],
        ),
        Item::Blank,
        Item::block(
            "provider",
            &["aws"],
            vec![
                Item::text("region", root.region.to_string()),
                Item::Attribute("allowed_account_ids".to_owned(), accounts),
            ],
        ),
    ];
    for (layer, name) in &names.locals {
        if let StoreUrl::S3 { bucket, prefix } = &root.store {
            body.extend(newest_layer(root, layer, name, (bucket, prefix)));
        }
    }
    body
}

/// What Shipway recorded of a layer's newest version, read from the store.
fn newest_layer(root: &Root, layer: &LogicalName, name: &str, (bucket, prefix): (&str, &str)) -> Vec<Item> {
    let published = crate::store_layout::layer(&root.project, &root.environment, layer);
    let prefix = if prefix.is_empty() { published.to_string() } else { format!("{prefix}/{published}") };
    let keys = format!("data.aws_s3_objects.{name}.keys");
    let arn = format!("jsondecode(data.aws_s3_object.{name}.body).layer_version_arn");
    vec![
        Item::Blank,
        Item::Comment(format!("The newest version of layer {layer}: `shipway layers publish` makes the first.")),
        Item::block(
            "data",
            &["aws_s3_objects", name],
            vec![Item::text("bucket", bucket), Item::text("prefix", prefix)],
        ),
        Item::Blank,
        Item::block(
            "data",
            &["aws_s3_object", name],
            vec![Item::text("bucket", bucket), Item::raw("key", format!("{keys}[length({keys}) - 1]"))],
        ),
        Item::Blank,
        Item::block("locals", &[], vec![Item::raw(&layer_local(name), arn)]),
    ]
}

fn layer_local(name: &str) -> String {
    format!("{name}_layer")
}

fn call(root: &Root, function: &RootFunction, module: &str, names: &mut Names) -> Vec<Item> {
    let contract = &function.contract;
    let mut body = vec![Item::text("source", root.module.clone()), Item::Blank];
    body.push(Item::Comment("As in shipway.toml.".to_owned()));
    body.push(Item::text("project", root.project.to_string()));
    body.push(Item::text("environment", root.environment.to_string()));
    body.push(Item::text("function", function.name.function().to_string()));
    if function.name.told_apart_by().is_some() {
        body.push(Item::text("targets", "several"));
    }
    if matches!(root.store, StoreUrl::S3 { .. }) {
        body.push(Item::text("store", root.store.to_string()));
    }
    body.push(Item::text("name", function.target.function.to_string()));
    body.push(match &function.target.serving {
        Serving::Alias(alias) => Item::text("alias", alias.to_string()),
        Serving::Latest => Item::raw("alias", "null"),
    });
    if !matches!(root.store, StoreUrl::S3 { .. }) {
        body.push(Item::Comment(
            "The store is a folder, which Terraform cannot read: no contract is checked.".to_owned(),
        ));
    }
    body.push(Item::Blank);
    body.push(Item::text("runtime", function.runtime.to_string()));
    body.push(Item::text("handler", function.handler.to_string()));
    body.push(Item::text("architecture", function.architecture.to_string()));
    for (name, least) in [("memory_size", contract.memory_megabytes), ("timeout", contract.timeout_seconds)] {
        if let Some(least) = least {
            body.push(Item::Attribute(name.to_owned(), Value::Number(least.into())));
        }
    }
    let environment = environment(function, module, names);
    if !environment.is_empty() {
        body.push(Item::Blank);
        body.push(Item::Attribute("environment_variables".to_owned(), Value::Map(environment)));
    }
    let layers = layers(root, function, module, names);
    if !layers.is_empty() {
        body.push(Item::Blank);
        body.push(Item::Attribute("layers".to_owned(), Value::List(layers)));
    }
    if contract.network == Some(Network::Vpc) {
        body.push(Item::Blank);
        body.push(Item::Attribute("vpc".to_owned(), Value::Map(network(root, names))));
    }
    body
}

/// A variable for each that must be set, and a comment for each that may be.
fn environment(function: &RootFunction, module: &str, names: &mut Names) -> Vec<Item> {
    let contract = &function.contract;
    let mut entries = Vec::new();
    for name in contract.required_variables() {
        let place = contract.places_of(&name).into_iter().next();
        let why = match &place {
            Some(place) => format!("{place} reads it"),
            None => "shipway.toml requires it".to_owned(),
        };
        let variable = names.variable(
            &format!("{module}_{name}"),
            "string",
            format!("Environment variable {name} of {}: {why}.", function.name),
        );
        entries.push(Item::raw(&name, variable));
    }
    for name in contract.optional_variables() {
        let place = contract.places_of(&name).into_iter().next();
        let place = place.map(|place| format!(": {place} reads it")).unwrap_or_default();
        entries.push(Item::Comment(format!("{name} may be set{place}.")));
    }
    for place in contract.reads.iter().flat_map(|reads| &reads.computed) {
        entries.push(Item::Comment(format!("{place} reads a variable whose name is computed.")));
    }
    entries
}

/// The project's own layers in their order, then those that are required and made elsewhere.
fn layers(root: &Root, function: &RootFunction, module: &str, names: &mut Names) -> Vec<Value> {
    let mut layers = Vec::new();
    for layer in &function.layers {
        let known = names.locals.get(layer).filter(|_| matches!(root.store, StoreUrl::S3 { .. })).cloned();
        layers.push(Value::Raw(match known {
            Some(name) => format!("local.{}", layer_local(&name)),
            None => names.layer(layer.as_str()),
        }));
    }
    let is_another = |layer: &&LayerName| !function.layers.iter().any(|own| own.as_str() == layer.as_str());
    for layer in function.contract.layers.iter().filter(is_another) {
        let description = format!("ARN of a version of layer {layer}, which {} needs.", function.name);
        let variable = names.variable(&format!("{module}_layer_{layer}"), "string", description);
        layers.push(Value::Raw(variable));
    }
    layers
}

fn network(root: &Root, names: &mut Names) -> Vec<Item> {
    let of =
        |what: &str| format!("{what} in which the functions of {} run that have to run in a VPC.", root.environment);
    vec![
        Item::raw("subnet_ids", names.shared("subnet_ids", "list(string)", of("Subnets"))),
        Item::raw("security_group_ids", names.shared("security_group_ids", "list(string)", of("Security groups"))),
    ]
}

impl Names {
    /// A variable of its own.
    fn variable(&mut self, name: &str, kind: &'static str, description: String) -> String {
        let name = identifier(name, &mut self.variables);
        self.wanted.push(Variable { name: name.clone(), kind, description });
        format!("var.{name}")
    }

    /// A variable that whoever asks for it shares.
    fn shared(&mut self, name: &str, kind: &'static str, description: String) -> String {
        match self.wanted.iter().find(|variable| variable.description == description && variable.kind == kind) {
            Some(variable) => format!("var.{}", variable.name),
            None => self.variable(name, kind, description),
        }
    }

    /// One of the project's layers, where the store cannot be read.
    fn layer(&mut self, layer: &str) -> String {
        self.shared(&format!("layer_{layer}"), "string", format!("ARN of a version of layer {layer}."))
    }
}

fn variables(wanted: &[Variable]) -> Vec<Item> {
    let mut body = vec![Item::Comment(
        "What Shipway does not know. Give each a value (terraform.tfvars, TF_VAR_NAME), or put what it stands for in its place\n\
         in functions.tf, such as aws_dynamodb_table.orders.name, and remove it here."
            .to_owned(),
    )];
    for Variable { name, kind, description } in wanted {
        body.push(Item::Blank);
        body.push(Item::block(
            "variable",
            &[name],
            vec![
                Item::text("description", description.clone()),
                Item::raw("type", *kind),
                Item::raw("nullable", "false"),
            ],
        ));
    }
    body
}

fn outputs(modules: &[String]) -> Vec<Item> {
    let arns = modules.iter().map(|module| Item::raw(module, format!("module.{module}.callable_arn"))).collect();
    vec![Item::block(
        "output",
        &["callable_arns"],
        vec![
            Item::text("description", "What callers call: the aliases, never the functions' own ARNs."),
            Item::Attribute("value".to_owned(), Value::Map(arns)),
        ],
    )]
}
