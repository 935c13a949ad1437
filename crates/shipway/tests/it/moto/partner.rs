//! A project that deploys to an account of moto, and what its owner sees of the account.

use std::process::Command;

use serde_json::Value;

use crate::support::{Project, Recorder, Run, moto_url, script, shipway};

/// The key that the program is given: the account that it leads to is not the one that is deployed to.
pub(super) const BASE_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(super) const ACCOUNT: &str = "222222222222";

/// A project whose function is `{function}` in the second account, before moto with a recorder in between.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) project: Project,
    pub(super) recorder: Recorder,
    /// The function's name there; also the bucket's.
    pub(super) name: &'static str,
}

/// The environment's section, to which tests add.
pub(super) fn environment(name: &str) -> String {
    format!(
        "account = \"{ACCOUNT}\"\nregion = \"eu-west-1\"\nrole_arn = \"arn:aws:iam::{ACCOUNT}:role/deploy\"\n\
         store = \"s3://{name}/shipway\"\nfunction_name = \"{name}\"\n"
    )
}

impl Deployment {
    /// Provisioned, not deployed to.
    pub(super) fn new(name: &'static str) -> Self {
        let deployment = Self { project: Project::small(), recorder: Recorder::before(moto_url()), name };
        deployment.configure(&environment(name));
        deployment.project.commit("configured");
        deployment.provision(name);
        deployment
    }

    /// Makes a function, and a bucket of its name.
    #[track_caller]
    pub(super) fn provision(&self, name: &str) {
        let _made = Run::of(&mut Self::account("provision", name)).expect(0);
    }

    /// Replaces the environment's section.
    pub(super) fn configure(&self, section: &str) {
        self.project.write(
            "shipway.toml",
            &format!(
                "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                 handler = \"app.handler\"\n\n[environments.production]\n{section}"
            ),
        );
    }

    fn account(command: &str, name: &str) -> Command {
        let mut account = script("moto/account.py");
        account.env("AWS_ENDPOINT_URL", moto_url()).args([command, name, name]);
        account
    }

    /// What is in the account now.
    #[track_caller]
    pub(super) fn look(&self) -> Value {
        Run::of(&mut Self::account("look", self.name)).expect(0).json()
    }

    /// Runs the program on the environment, as somebody whose keys are of another account.
    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let mut command = shipway(self.project.path());
        command
            .args(arguments)
            .args(["--env", "production"])
            .env("AWS_ENDPOINT_URL", &self.recorder.url)
            .env("AWS_ACCESS_KEY_ID", BASE_KEY)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        Run::of(&mut command)
    }
}
