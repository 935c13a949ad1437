//! Provisioning and interlopers, and looking at what became of it all.

use std::collections::BTreeMap;
use std::time::Duration;

use shipway_core::digest::ArtifactDigest;
use shipway_core::ledger::{Entry, State, verify_history};
use shipway_core::store_layout;
use shipway_engine::ports::Event;
use shipway_lambda_model as model;
use shipway_lambda_model::{ConfigurationInput, Qualifier, Request};

use super::project::zip_of;
use super::{Call, ProcessId, Project, World};

pub(crate) const ROLE: &str = "arn:aws:iam::111111111111:role/functions";
/// What provisioning puts into a function.
pub(crate) const PLACEHOLDER: &str = "placeholder";

impl World {
    /// What provisioning does: the function with placeholder code, without an alias.
    pub(crate) fn create_function(&self, name: &str) {
        let package = self.with_things(|things| things.accept_zip(zip_of(PLACEHOLDER)));
        let create = model::CreateFunction {
            function_name: name.to_owned(),
            code: model::Code::Package(package),
            configuration: ConfigurationInput {
                role: Some(ROLE.to_owned()),
                runtime: Some("python3.13".to_owned()),
                handler: Some("app.handler".to_owned()),
                ..ConfigurationInput::default()
            },
            ..model::CreateFunction::default()
        };
        self.ask(Request::CreateFunction(Box::new(create))).unwrap();
        self.pass(Duration::from_secs(1));
    }

    /// What provisioning does for a whole project: each function with its alias on `$LATEST`.
    pub(crate) fn provision(&self, project: &Project) {
        for function in &project.functions {
            let name = project.target(function).function.to_string();
            self.create_function(&name);
            if let Some(alias) = project.alias {
                self.create_alias(&name, alias, "$LATEST");
            }
        }
    }

    pub(crate) fn create_alias(&self, function: &str, alias: &str, version: &str) {
        self.ask(Request::CreateAlias(model::CreateAlias {
            function_name: function.to_owned(),
            name: Some(alias.to_owned()),
            function_version: Some(version.to_owned()),
            ..model::CreateAlias::default()
        }))
        .unwrap();
    }

    /// Sets the function's variables, as Terraform would, and waits.
    pub(crate) fn configure(&self, function: &str, configuration: ConfigurationInput) {
        self.begin_configure(function, configuration);
        self.pass(Duration::from_secs(1));
    }

    /// The same without waiting.
    pub(crate) fn begin_configure(&self, function: &str, configuration: ConfigurationInput) {
        self.ask(Request::UpdateFunctionConfiguration(Box::new(model::UpdateFunctionConfiguration {
            function_name: function.to_owned(),
            configuration,
            ..model::UpdateFunctionConfiguration::default()
        })))
        .unwrap();
    }

    /// What Terraform does at each apply: it changes `$LATEST`'s RevisionId and nothing else.
    pub(crate) fn tag(&self, function: &str) {
        let tags = BTreeMap::from([("touched".to_owned(), self.now().as_nanos().to_string())]);
        let resource = format!("arn:aws:lambda:eu-west-1:111111111111:function:{function}");
        self.ask(Request::TagResource(model::TagResource { resource, tags })).unwrap();
    }

    /// Changes an alias's RevisionId and nothing else.
    pub(crate) fn touch_alias(&self, function: &str, alias: &str) {
        self.ask(Request::UpdateAlias(model::UpdateAlias {
            function_name: function.to_owned(),
            name: alias.to_owned(),
            description: Some(format!("touched at {:?}", self.now())),
            ..model::UpdateAlias::default()
        }))
        .unwrap();
    }

    /// Somebody moves an alias by hand.
    pub(crate) fn move_alias(&self, function: &str, alias: &str, version: &str) {
        self.ask(Request::UpdateAlias(model::UpdateAlias {
            function_name: function.to_owned(),
            name: alias.to_owned(),
            function_version: Some(version.to_owned()),
            ..model::UpdateAlias::default()
        }))
        .unwrap();
    }

    /// Somebody uploads code by hand.
    pub(crate) fn upload_by_hand(&self, function: &str, text: &str) {
        let package = self.with_things(|things| things.accept_zip(zip_of(text)));
        self.ask(Request::UpdateFunctionCode(Box::new(model::UpdateFunctionCode {
            function_name: function.to_owned(),
            code: model::Code::Package(package),
            ..model::UpdateFunctionCode::default()
        })))
        .unwrap();
        self.pass(Duration::from_secs(1));
    }

    /// Somebody deletes the function, with all its versions and aliases.
    pub(crate) fn delete_function(&self, function: &str) {
        let delete = model::Target { function_name: function.to_owned(), qualifier: None };
        self.ask(Request::DeleteFunction(delete)).unwrap();
        self.pass(Duration::from_secs(1));
    }

    /// Somebody deletes an alias.
    pub(crate) fn delete_alias(&self, function: &str, alias: &str) {
        let target = model::AliasTarget { function_name: function.to_owned(), name: alias.to_owned() };
        self.ask(Request::DeleteAlias(target)).unwrap();
    }

    /// Lets the test at the model itself.
    pub(crate) fn arrange<T>(&self, change: impl FnOnce(&mut model::Model) -> T) -> T {
        self.with_things(|things| change(&mut things.model))
    }

    /// The function as the model has it now.
    pub(crate) fn function(&self, function: &str) -> model::Function {
        self.with_things(|things| {
            let now = things.milliseconds();
            things.model.settle(now);
            things.model.state().functions[function].clone()
        })
    }

    /// Whole state of Lambda now, to be compared.
    pub(crate) fn lambda_state(&self) -> model::State {
        self.with_things(|things| {
            let now = things.milliseconds();
            things.model.settle(now);
            things.model.state().clone()
        })
    }

    /// The version behind an alias: `$LATEST` or a number.
    pub(crate) fn alias_version(&self, function: &str, alias: &str) -> String {
        self.function(function).aliases[alias].target.to_string()
    }

    /// The zip that callers of the project's function run, as text.
    pub(crate) fn served(&self, project: &Project, function: &str) -> String {
        let found = self.function(project.target(function).function.as_str());
        // Whoever waits for an alias that does not exist yet is no caller so far; what he would reach is `$LATEST`.
        let package = match project.alias.and_then(|alias| found.aliases.get(alias)) {
            Some(alias) => {
                assert_eq!(alias.weight, None, "all callers reach one version");
                match alias.target {
                    Qualifier::Version(number) => found.versions[&number].revision.package.clone(),
                    _ => served_latest(&found),
                }
            }
            None => served_latest(&found),
        };
        self.zip_text(&package.code_sha256)
    }

    pub(crate) fn zip_text(&self, code_sha256: &str) -> String {
        self.with_things(|things| String::from_utf8(things.zips[code_sha256].clone()).unwrap())
    }

    /// The ledger of the project's function, checked.
    pub(crate) fn ledger(&self, project: &Project, function: &str) -> Vec<Entry> {
        verify_history(&self.ledger_bytes(project, function)).expect("the ledger's chain is whole")
    }

    pub(crate) fn ledger_bytes(&self, project: &Project, function: &str) -> Vec<(u64, Vec<u8>)> {
        let prefix = store_layout::ledger(&project.target(function));
        self.with_things(|things| {
            things
                .objects
                .iter()
                .filter_map(|(key, object)| Some((prefix.number_of(key)?, object.bytes.clone())))
                .collect()
        })
    }

    /// The state that the ledger tells; it must have one.
    pub(crate) fn ledger_state(&self, project: &Project, function: &str) -> State {
        self.ledger(project, function).pop().expect("there is an entry").state
    }

    /// What happened, in the ledger's words.
    pub(crate) fn events(&self, project: &Project, function: &str) -> Vec<String> {
        let word = |entry: Entry| serde_json::to_value(&entry.event).unwrap()["event"].as_str().unwrap().to_owned();
        self.ledger(project, function).into_iter().map(word).collect()
    }

    pub(crate) fn log(&self) -> Vec<Call> {
        self.with_things(|things| things.log.clone())
    }

    pub(crate) fn log_of(&self, process: ProcessId) -> Vec<Call> {
        self.log().into_iter().filter(|call| call.process == process).collect()
    }

    /// Forgets every call so far.
    pub(crate) fn clear_log(&self) {
        self.with_things(|things| things.log.clear());
    }

    /// The names of the calls to Lambda that may change it, in order.
    pub(crate) fn lambda_writes(&self) -> Vec<&'static str> {
        self.log().iter().filter(|call| call.writes_to_lambda()).map(|call| call.operation).collect()
    }

    pub(crate) fn reports(&self, process: ProcessId) -> Vec<Event> {
        self.with_things(|things| {
            things.events.iter().filter(|(by, _)| *by == process).map(|(_, event)| event.clone()).collect()
        })
    }

    /// Lets somebody at the store behind everybody's back.
    pub(crate) fn tamper(&self, key: &str, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
        self.with_things(|things| {
            let mut object = things.objects.remove(key).expect("there is such an object");
            if let Some(bytes) = change(object.bytes) {
                object.bytes = bytes;
                object.tag += 1_000_000;
                things.objects.insert(key.to_owned(), object);
            }
        });
    }

    /// Loses an artifact from the store.
    pub(crate) fn lose_artifact(&self, artifact: &ArtifactDigest) {
        self.with_things(|things| things.artifacts.remove(artifact).expect("there is such an artifact"));
    }

    /// The bytes of every object with this in its key, in order.
    pub(crate) fn objects_with(&self, part: &str) -> Vec<Vec<u8>> {
        self.with_things(|things| {
            let found = things.objects.iter().filter(|(key, _)| key.contains(part));
            found.map(|(_, object)| object.bytes.clone()).collect()
        })
    }

    /// Leaves an artifact in the store of which nothing else knows.
    pub(crate) fn leave_artifact(&self, bytes: &[u8]) -> ArtifactDigest {
        let artifact = ArtifactDigest([7; 32]);
        self.with_things(|things| things.artifacts.insert(artifact, bytes.to_vec()));
        artifact
    }

    pub(crate) fn has_artifact(&self, artifact: &ArtifactDigest) -> bool {
        self.with_things(|things| things.artifacts.contains_key(artifact))
    }

    /// Everything in the store, to be compared.
    pub(crate) fn store_keys(&self) -> Vec<String> {
        self.with_things(|things| {
            let artifacts = things.artifacts.keys().map(|artifact| format!("artifacts/{artifact}.zip"));
            things.objects.keys().cloned().chain(artifacts).collect()
        })
    }
}

fn served_latest(function: &model::Function) -> model::Package {
    match &function.serving {
        Some(served) => served.package.clone(),
        None => function.latest.package.clone(),
    }
}

/// Variables for [`World::configure`].
pub(crate) fn variables(names: &[&str]) -> ConfigurationInput {
    let variables = names.iter().map(|name| ((*name).to_owned(), "value".to_owned())).collect();
    ConfigurationInput {
        environment: Some(model::EnvironmentInput { variables: Some(variables) }),
        ..ConfigurationInput::default()
    }
}

/// Changes the configuration, if Lambda takes it now.
pub(crate) fn try_configure(world: &World, function: &str, configuration: ConfigurationInput) -> bool {
    let request = Request::UpdateFunctionConfiguration(Box::new(model::UpdateFunctionConfiguration {
        function_name: function.to_owned(),
        configuration,
        ..model::UpdateFunctionConfiguration::default()
    }));
    world.ask(request).is_ok()
}
