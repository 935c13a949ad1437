//! A project of native programs that are there already, deployed with the AWS adapter to the embedded Lambda.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::cold::packager;
use crate::bench::inputs::commit;
use crate::bench::lambda_server::{ACCOUNT, LambdaServer, REGION};
use crate::bench::measuring::Invocation;
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

/// What the project's environment serves through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Serving {
    /// `$LATEST` itself.
    Latest,
    /// An alias, `live`.
    Alias,
}

/// A project in a folder of its own.
#[derive(Debug)]
pub(super) struct Project {
    /// Its folder.
    pub(super) folder: PathBuf,
    functions: Vec<String>,
}

impl Project {
    /// Writes and commits it; `content` goes into each function's `bootstrap`.
    pub(super) fn make(
        folder: PathBuf,
        functions: impl IntoIterator<Item = String>,
        serving: Serving,
        content: impl Fn(&Path) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let functions: Vec<String> = functions.into_iter().collect();
        let alias = match serving {
            Serving::Latest => "false",
            Serving::Alias => "\"live\"",
        };
        let mut configuration = format!(
            "[project]\nname = \"benchmark\"\n\n[environments.bench]\naccount = \"{ACCOUNT}\"\nregion = \"{REGION}\"\n\
             store = \"file://store\"\nsingle_machine = true\nfunction_name = \"{{function}}\"\nalias = {alias}\n"
        );
        for name in &functions {
            let home = folder.join("functions").join(name);
            std::fs::create_dir_all(&home).map_err(Failure::file("creating", &home))?;
            content(&home.join("bootstrap"))?;
            write!(
                configuration,
                "\n[functions.{name}]\npath = \"functions/{name}\"\nruntime = \"provided.al2023\"\nhandler = \"bootstrap\"\n\
                 architecture = \"x86_64\"\nbuild = {{ prebuilt = \".\" }}\n\
                 # It is never run: what it was linked for does not matter.\nallow = [\"bootstrap\"]\n"
            )
            .expect("writing into a text cannot fail");
        }
        for (name, text) in [("shipway.toml", configuration), (".gitignore", "/store\n/.shipway\n".to_owned())] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(Failure::file("writing", &path))?;
        }
        commit(&folder)?;
        Ok(Self { folder, functions })
    }

    /// The program of a function.
    pub(super) fn bootstrap(&self, function: &str) -> PathBuf {
        self.folder.join("functions").join(function).join("bootstrap")
    }

    /// A command of shipway's on the project's environment.
    pub(super) fn shipway(&self, workshop: &Workshop, command: &str) -> Invocation {
        let run = Invocation::new(&workshop.binaries.shipway, &self.folder);
        run.args([command, "--env", "bench"])
    }

    /// `shipway deploy`, with Lambda at one address and STS at another.
    pub(super) fn deploy(&self, workshop: &Workshop, lambda: &str, sts: &str) -> Invocation {
        let deploy = self.shipway(workshop, "deploy").args(["--yes", "--endpoint-url", lambda]);
        credentials(deploy).variable("AWS_ENDPOINT_URL_STS", sts)
    }

    /// Creates the project's functions in the embedded Lambda, as provisioning would, with code of their own.
    pub(super) fn provision(
        &self,
        workshop: &Workshop,
        server: &LambdaServer,
        serving: Serving,
    ) -> Result<(), Failure> {
        let zip = first_code(workshop, &self.folder)?;
        for name in &self.functions {
            server.create_function(name, "provided.al2023", "bootstrap", &zip)?;
            if serving == Serving::Alias {
                server.create_alias(name, "live")?;
            }
        }
        Ok(())
    }
}

/// Some zip, for functions that are there before anything is deployed.
pub(super) fn first_code(workshop: &Workshop, folder: &Path) -> Result<Vec<u8>, Failure> {
    let (content, zip) = (folder.join(".shipway/first"), folder.join(".shipway/first.zip"));
    std::fs::create_dir_all(&content).map_err(Failure::file("creating", &content))?;
    write_program(&content.join("bootstrap"), b"#!/bin/sh\n")?;
    packager(workshop, &content, &zip).run()?;
    std::fs::read(&zip).map_err(Failure::file("reading", &zip))
}

/// Writes a file that can be executed.
pub(super) fn write_program(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(Failure::file("writing", path))?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).map_err(Failure::file("changing", path))
}

/// Credentials that nobody checks, and nothing of the caller's own.
pub(super) fn credentials(invocation: Invocation) -> Invocation {
    invocation
        .variable("AWS_ACCESS_KEY_ID", "benchmark")
        .variable("AWS_SECRET_ACCESS_KEY", "benchmark")
        .variable("AWS_REGION", REGION)
        .variable("AWS_DEFAULT_REGION", REGION)
        .variable("AWS_CONFIG_FILE", "/dev/null")
        .variable("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .variable("AWS_EC2_METADATA_DISABLED", "true")
}
