//! One function in one cloud: deployed from a project, finished from anywhere, provisioned by the test.

use serde_json::Value;
use tempfile::TempDir;

use super::words::read;
use crate::support::cloud::{Cloud, FUNCTION, PATIENCE, PLACEHOLDER, Reply};
use crate::support::{Project, Run};

/// The access key of every program that a scenario runs.
pub(super) const PROGRAM: &str = "SHIPWAY";
/// Where the head is that a provisioning tool reads.
const HEAD: &str = "shipway/heads/small/production/greet.json";

/// A scenario under way.
pub(super) struct Scene {
    pub(super) cloud: Cloud,
    pub(super) project: Project,
    /// An empty folder: no checkout, no `shipway.toml`.
    elsewhere: TempDir,
}

impl Scene {
    /// A project that was never deployed, and a cloud without its function.
    pub(super) async fn begin() -> Self {
        let (project, elsewhere) = (Project::empty(), TempDir::new().expect("a temporary folder"));
        let scene = Self { cloud: Cloud::under_the_readmes_policy().await, project, elsewhere };
        scene.require(&[], "");
        scene.write_edition(1);
        scene
    }

    /// The same, with the function as provisioning makes it, and the first edition deployed.
    pub(super) async fn deployed(variables: &[(&str, &str)]) -> Self {
        let scene = Self::begin().await;
        scene.provision(variables).await;
        assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
        scene
    }

    /// The end: whatever the program asked for was allowed to it.
    pub(super) async fn end(self) {
        assert_eq!(self.cloud.gate.denied(), [], "README.md's policy does not allow this");
        assert!(!self.cloud.gate.asked().is_empty(), "the program asked for nothing");
        drop(self.cloud.end().await);
    }

    /// What provisioning does where no build is wanted yet: placeholder, alias, variables.
    pub(super) async fn provision(&self, variables: &[(&str, &str)]) {
        self.cloud.create_function_with(PLACEHOLDER).await;
        self.cloud.create_alias("$LATEST").await;
        if !variables.is_empty() {
            self.cloud.set_variables(variables).await;
        }
    }

    /// Declares variables, and writes further settings of the environment, a line each.
    pub(super) fn require(&self, variables: &[&str], settings: &str) {
        let configuration = format!(
            "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
             handler = \"app.handler\"\nrequires = {{ environment = {variables:?} }}\n\n[environments.production]\n\
             account = \"111111111111\"\nregion = \"eu-west-1\"\nstore = \"s3://artifacts/shipway\"\n{settings}"
        );
        self.project.write("shipway.toml", &configuration);
    }

    /// Writes and commits a handler that answers its edition and the variables that begin with `APP_`, whichever are set.
    pub(super) fn write_edition(&self, edition: u64) {
        self.write_code(&format!(
            "import os\n\nEDITION = {edition}\nSETTINGS = {{name: value for name, value in os.environ.items() if \
             name.startswith(\"APP_\")}}\n\n\ndef handler(event, context):\n    return {{\"edition\": EDITION, \
             \"settings\": SETTINGS, \"version\": context.function_version}}\n"
        ));
    }

    /// Writes and commits a handler.
    pub(super) fn write_code(&self, text: &str) {
        self.project.write("greet/app.py", text);
        self.project.commit("next");
    }

    /// The program in the project. It answers in JSON, and says to people what it says.
    pub(super) async fn shipway(&self, arguments: &[&str]) -> Run {
        let arguments = [arguments, &["--env", "production", "--format", "json"]].concat();
        ended(&mut self.cloud.program(&self.project, PROGRAM, &arguments)).await
    }

    pub(super) async fn deploy(&self, arguments: &[&str]) -> Run {
        self.shipway(&[&["deploy", "--yes"], arguments].concat()).await
    }

    /// What people read of a command.
    pub(super) async fn shown(&self, arguments: &[&str], code: i32) -> String {
        let arguments = [arguments, &["--env", "production"]].concat();
        read(&ended(&mut self.cloud.program(&self.project, PROGRAM, &arguments)).await.expect(code))
    }

    /// What people read of `reconcile` where there is nothing but the store's address.
    pub(super) async fn reconcile_shown(&self, code: i32) -> String {
        read(&self.reconcile_from_store(Some("eu-west-1"), &["--format", "text"]).await.expect(code))
    }

    /// `reconcile` where there is nothing but the store's address.
    pub(super) async fn reconcile(&self, arguments: &[&str]) -> Run {
        self.reconcile_from_store(Some("eu-west-1"), &[&["--format", "json"], arguments].concat()).await
    }

    /// The same where nothing says which region.
    pub(super) async fn reconcile_without_region(&self) -> Run {
        self.reconcile_from_store(None, &[]).await
    }

    async fn reconcile_from_store(&self, region: Option<&str>, arguments: &[&str]) -> Run {
        let fixed = ["reconcile", "--store", "s3://artifacts/shipway"];
        let mut command = self.cloud.program_in(self.elsewhere.path(), PROGRAM, &[&fixed[..], arguments].concat());
        let run = ended(command.envs(region.map(|region| ("AWS_REGION", region)))).await;
        let left = std::fs::read_dir(self.elsewhere.path()).expect("the folder is there").count();
        assert_eq!(left, 0, "it leaves nothing behind");
        run
    }

    /// What `status` says of the function.
    pub(super) async fn status(&self) -> Value {
        self.shipway(&["status"]).await.expect(0).json()["functions"][0].clone()
    }

    /// The events that the ledger holds, oldest first.
    pub(super) async fn events(&self) -> Vec<String> {
        let entries = self.entries().await;
        entries.iter().map(|entry| entry["event"]["event"].as_str().expect("an event").to_owned()).collect()
    }

    pub(super) async fn entries(&self) -> Vec<Value> {
        let history = self.shipway(&["history"]).await.expect(0).json();
        history["functions"][0]["entries"].as_array().expect("entries").clone()
    }

    /// The head, as a provisioning tool reads it.
    pub(super) fn head(&self) -> Value {
        serde_json::from_slice(&self.cloud.objects()[HEAD]).expect("a head is JSON")
    }

    /// The zip of an artifact, from the store.
    pub(super) fn stored(&self, artifact: &Value) -> Vec<u8> {
        let artifact = artifact.as_str().expect("a digest");
        self.cloud.objects()[&format!("shipway/artifacts/{artifact}.zip")].to_vec()
    }

    /// How often programs put an artifact into the store so far.
    pub(super) fn uploads(&self) -> usize {
        let log = self.cloud.gate.log();
        log.iter().filter(|request| request.is_put() && request.subject.contains("/artifacts/")).count()
    }

    /// What programs changed in Lambda so far, by operation.
    pub(super) fn writes(&self) -> Vec<String> {
        let log = self.cloud.gate.log();
        let of_programs = log.iter().filter(|request| request.access_key == PROGRAM && request.changes_lambda());
        of_programs.map(|request| request.operation.clone()).collect()
    }

    /// What callers of the alias are answered, by a function that does not fail.
    pub(super) async fn answer(&self) -> Value {
        answer(&self.cloud.invoke().await)
    }

    /// Which edition callers of the alias reach.
    pub(super) async fn edition(&self) -> u64 {
        self.answer().await["edition"].as_u64().expect("an edition")
    }

    /// CodeSha256 of `$LATEST`.
    pub(super) async fn latest_code(&self) -> String {
        self.cloud.configuration("$LATEST").await["CodeSha256"].as_str().expect("a digest").to_owned()
    }
}

/// The answer of a function that did not fail.
#[track_caller]
pub(super) fn answer(reply: &Reply) -> Value {
    assert_eq!((reply.status, reply.function_error.as_deref()), (200, None), "{FUNCTION}: {:?}", reply.body);
    reply.json()
}

async fn ended(command: &mut tokio::process::Command) -> Run {
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    Run::from_output(output.expect("the program ends").expect("the program runs"))
}

/// What a run's answer says.
pub(super) trait Answered {
    /// The function's outcome, after a look at the exit code.
    fn outcome(&self, code: i32) -> String;
    /// A part of the function's report.
    fn part(&self, pointer: &str) -> Value;
}

impl Answered for Run {
    #[track_caller]
    fn outcome(&self, code: i32) -> String {
        assert_eq!(self.code, code, "\n--- standard output\n{}\n--- standard error\n{}", self.stdout, self.stderr);
        self.part("/outcome").as_str().expect("an outcome").to_owned()
    }

    #[track_caller]
    fn part(&self, pointer: &str) -> Value {
        let answer = self.json();
        let report = &answer["functions"][0];
        report.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {report}")).clone()
    }
}
