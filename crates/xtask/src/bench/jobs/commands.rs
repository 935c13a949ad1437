//! Whole commands of tools that do what Shipway does, on a function so small that the tool is what is measured. There are
//! no goals here, but this is what their users wait for.

use std::path::{Path, PathBuf};

use super::contest;
use super::project::{credentials, first_code};
use crate::bench::inputs::commit;
use crate::bench::lambda_server::{LambdaServer, REGION};
use crate::bench::measuring::{Entrant, Invocation, remove};
use crate::bench::moto::{BUCKET, Moto};
use crate::bench::peers;
use crate::bench::recorder::Recorder;
use crate::bench::report::Contest;
use crate::bench::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::with_causes;

pub(super) const BUILD: &str = "Whole commands: build a small Python function";
pub(super) const DEPLOY: &str = "Whole commands: deploy a small function that did not change";

const FUNCTION: &str = "hello";
const COMMITTED_RUNTIME: &str = "python3.13";

pub(super) fn run(workshop: &Workshop) -> Vec<Contest> {
    let build = "`shipway build` of a Python function of one file, with nothing remembered from before, beside what other \
        tools have for that.";
    let deploy = "`shipway deploy` to the embedded Lambda (digest, ledger, one look at Lambda, nothing sent). SAM deploys \
        against moto's CloudFormation and S3; lambda-setuptools, which uploads each time, against moto's S3 and the embedded \
        Lambda.";
    vec![
        contest(workshop, BUILD, build, |contest| measure_builds(workshop, contest)),
        contest(workshop, DEPLOY, deploy, |contest| measure_deployments(workshop, contest)),
    ]
}

/// A copy of the committed project, as a repository of its own.
fn project(workshop: &Workshop, name: &str) -> Result<PathBuf, Failure> {
    let folder = workshop.fresh_folder(name)?;
    copy_tree(&workshop.committed("commands"), &folder)?;
    // SAM builds only with the Python that the function is for.
    let runtime = peers::python_runtime(workshop).map_err(Failure::Unexpected)?;
    for name in ["template.yaml", "function.json", "shipway.toml"] {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).map_err(Failure::file("reading", &path))?;
        std::fs::write(&path, text.replace(COMMITTED_RUNTIME, &runtime)).map_err(Failure::file("writing", &path))?;
    }
    let ignored =
        ["/store", "/.shipway", "/.aws-sam", "/build", "/dist", "/target", "*.egg-info", "/lambda"].join("\n");
    let path = folder.join(".gitignore");
    std::fs::write(&path, ignored).map_err(Failure::file("writing", &path))?;
    commit(&folder)?;
    Ok(folder)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(Failure::file("creating", to))?;
    for entry in std::fs::read_dir(from).map_err(Failure::file("reading", from))? {
        let entry = entry.map_err(Failure::file("reading", from))?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(Failure::file("looking at", from))?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target).map_err(Failure::file("copying", &target))?;
        }
    }
    Ok(())
}

fn measure_builds(workshop: &Workshop, contest: &mut Contest) -> Result<(), Failure> {
    let folder = project(workshop, "build")?;
    let afresh = |parts: &'static [&'static str]| {
        let folder = folder.clone();
        move || parts.iter().try_for_each(|part| remove(&folder.join(part)))
    };
    let shipway = Invocation::new(&workshop.binaries.shipway, &folder).args(["build", "--env", "bench"]);
    let mut ours = Entrant::prepared(shipway, afresh(&[".shipway"]));
    let sam = peers::sam(workshop)
        .map(|program| Entrant::prepared(sam(program, &folder).arg("build"), afresh(&[".aws-sam"])));
    workshop.against(contest, &mut ours, ("`sam build`", None), sam, workshop.runs);
    let ldist = peers::lambda_setuptools(workshop).map(|python| {
        Entrant::prepared(Invocation::new(python, &folder).args(["setup.py", "ldist"]), afresh(&["build", "dist"]))
    });
    workshop.against(contest, &mut ours, ("lambda-setuptools `ldist`", None), ldist, workshop.runs);
    workshop.alone_if_nobody_came(contest, &mut ours, workshop.runs);
    Ok(())
}

fn sam(program: PathBuf, folder: &Path) -> Invocation {
    credentials(Invocation::new(program, folder)).variable("SAM_CLI_TELEMETRY", "0")
}

fn measure_deployments(workshop: &Workshop, contest: &mut Contest) -> Result<(), Failure> {
    let folder = project(workshop, "deploy-again")?;
    // Those who need more than Lambda find it at moto's, which may not be there.
    let moto = Moto::start(workshop);
    let s3: Vec<&str> = moto.as_ref().map_or_else(|_| Vec::new(), |moto| vec!["--s3-endpoint-url", moto.url.as_str()]);
    let server = LambdaServer::start(&workshop.binaries.shipway, &folder.join("lambda"), &s3)?;
    let runtime = peers::python_runtime(workshop).map_err(Failure::Unexpected)?;
    server.create_function(FUNCTION, &runtime, "hello.handler", &first_code(workshop, &folder)?)?;
    let sts = Recorder::before(&server.url)?;
    let deploy = Invocation::new(&workshop.binaries.shipway, &folder).args([
        "deploy",
        "--env",
        "bench",
        "--yes",
        "--endpoint-url",
        &server.url,
    ]);
    let mut ours = Entrant::new(credentials(deploy).variable("AWS_ENDPOINT_URL_STS", &sts.url));
    let moto = moto.as_ref().map_err(|reason| format!("moto: {reason}"));
    let runs = workshop.runs;
    let theirs = moto.clone().and_then(|moto| sam_deploy(workshop, &folder, moto));
    workshop.against(contest, &mut ours, ("`sam deploy`", None), theirs.map(Entrant::new), runs);
    let theirs = moto.and_then(|moto| lupdate(workshop, &folder, moto, &server));
    workshop.against(contest, &mut ours, ("lambda-setuptools `lupdate`", None), theirs.map(Entrant::new), runs);
    let theirs = lambroll(workshop, &folder, &server).map(Entrant::new);
    workshop.against(contest, &mut ours, ("lambroll", None), theirs, runs);
    let theirs = maven(workshop, &folder).map(Entrant::new);
    workshop.against(contest, &mut ours, ("lambda-maven-plugin", None), theirs, runs);
    workshop.alone_if_nobody_came(contest, &mut ours, runs);
    Ok(())
}

/// Builds once, so that only the deployment is measured.
fn sam_deploy(workshop: &Workshop, folder: &Path, moto: &Moto) -> Result<Invocation, String> {
    let program = peers::sam(workshop)?;
    sam(program.clone(), folder).arg("build").run().map_err(|failure| with_causes(&failure))?;
    let deploy = sam(program, folder).args(["deploy", "--stack-name", "benchmark", "--s3-bucket", BUCKET]);
    let deploy = deploy.args(["--region", REGION, "--capabilities", "CAPABILITY_IAM"]);
    Ok(deploy.args(["--no-confirm-changeset", "--no-fail-on-empty-changeset"]).variable("AWS_ENDPOINT_URL", &moto.url))
}

fn lupdate(workshop: &Workshop, folder: &Path, moto: &Moto, server: &LambdaServer) -> Result<Invocation, String> {
    let python = peers::lambda_setuptools(workshop)?;
    let update = Invocation::new(python, folder)
        .args(["setup.py", "ldist", "lupload", "--access-key=benchmark", "--secret-access-key=benchmark"])
        .arg(format!("--s3-bucket={BUCKET}"))
        .args(["lupdate".to_owned(), format!("--lambda-names={FUNCTION}"), format!("--region={REGION}")]);
    let update = credentials(update).variable("AWS_ENDPOINT_URL_S3", &moto.url);
    Ok(update.variable("AWS_ENDPOINT_URL_LAMBDA", &server.url))
}

fn lambroll(workshop: &Workshop, folder: &Path, server: &LambdaServer) -> Result<Invocation, String> {
    let program = peers::lambroll(workshop)?;
    let deploy = Invocation::new(program, folder).args(["deploy", "--function", "function.json", "--src", "source"]);
    Ok(credentials(deploy).variable("AWS_ENDPOINT_URL", &server.url))
}

/// It has no setting for another address than AWS's: its deployment is tried, and what it says is the reason.
fn maven(workshop: &Workshop, folder: &Path) -> Result<Invocation, String> {
    let program = peers::on_path("mvn")?;
    peers::may_use_the_network(workshop)?;
    let goal = format!("{}:deploy-lambda", peers::LAMBDA_MAVEN_PLUGIN);
    let deploy = Invocation::new(program, folder).args(["-q", "-B", "package"]).arg(goal);
    // Its SDK stops at anything that is not a regular file.
    let nothing = folder.join(".shipway/no-credentials");
    std::fs::write(&nothing, "").map_err(|error| format!("{}: {error}", nothing.display()))?;
    let deploy = credentials(deploy).variable("AWS_SHARED_CREDENTIALS_FILE", &nothing);
    Ok(deploy.variable("AWS_CONFIG_FILE", &nothing))
}
