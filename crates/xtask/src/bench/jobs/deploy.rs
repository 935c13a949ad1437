//! Deploying one function of some size.

use std::cell::Cell;
use std::io::Write as _;
use std::path::Path;

use super::contest;
use super::project::{Project, Serving, credentials, first_code};
use crate::bench::inputs;
use crate::bench::lambda_server::{LambdaServer, REGION, ROLE};
use crate::bench::measuring::{Entrant, Invocation};
use crate::bench::peers;
use crate::bench::recorder::{Recorder, counted};
use crate::bench::report::{Contest, Figure, Goal, as_float};
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

pub(super) const TITLE: &str = "Deploy of one large binary";
pub(super) const UNCHANGED: &str = "Deploy of one large binary, nothing changed";

const FUNCTION: &str = "large";
const ITS_FUNCTION: &str = "large-by-cargo-lambda";

/// Everything that both contests need.
struct Scene {
    project: Project,
    server: LambdaServer,
    recorder: Recorder,
    its_binary: std::path::PathBuf,
}

pub(super) fn run(workshop: &Workshop) -> Vec<Contest> {
    let scene = Scene::make(workshop);
    let with_scene = |measure: fn(&Workshop, &Scene, &mut Contest) -> Result<(), Failure>| {
        let scene = &scene;
        move |contest: &mut Contest| match scene {
            Ok(scene) => measure(workshop, scene, contest),
            Err(failure) => Err(Failure::Unexpected(crate::terminal::with_causes(failure))),
        }
    };
    let changed = "`shipway deploy` of the input `bootstrap` (34.8 MB, 14 MB zipped) to `$LATEST` of a function in the \
        embedded Lambda on loopback, with the AWS adapter, a file store and the program changed before each run: digest, \
        package, plan, upload, wait, record. Beside it `cargo lambda deploy --binary-path` of the same program to the same \
        server. The calls were counted in a run of their own, through a server in between.";
    let unchanged = "The same once more, without a change.";
    vec![
        contest(workshop, TITLE, changed, with_scene(changed_binary)),
        contest(workshop, UNCHANGED, unchanged, with_scene(same_binary)),
    ]
}

impl Scene {
    fn make(workshop: &Workshop) -> Result<Self, Failure> {
        let input = inputs::bootstrap(workshop)?;
        let program = input.folder.join("bootstrap");
        let copy = |to: &Path| std::fs::copy(&program, to).map(drop).map_err(Failure::file("copying", &program));
        let folder = workshop.fresh_folder("deploy")?;
        let its_binary = folder.join("bootstrap");
        copy(&its_binary)?;
        write_its_manifest(&folder)?;
        let project = Project::make(folder.join("project"), [FUNCTION.to_owned()], Serving::Latest, copy)?;
        let server = LambdaServer::start(&workshop.binaries.shipway, &folder.join("lambda"), &[])?;
        project.provision(workshop, &server, Serving::Latest)?;
        server.create_function(
            ITS_FUNCTION,
            "provided.al2023",
            "bootstrap",
            &first_code(workshop, &project.folder)?,
        )?;
        let recorder = Recorder::before(&server.url)?;
        Ok(Self { project, server, recorder, its_binary })
    }

    fn ours(&self, workshop: &Workshop) -> Invocation {
        self.project.deploy(workshop, &self.server.url, &self.recorder.url)
    }

    fn cargo_lambda(&self, workshop: &Workshop) -> Result<Invocation, String> {
        let program = peers::cargo_lambda(workshop)?;
        let folder = self.its_binary.parent().unwrap_or(&workshop.work);
        let deploy = Invocation::new(program, folder)
            .args(["lambda", "deploy", ITS_FUNCTION, "--region", REGION, "--role", ROLE])
            .args(["--endpoint-url", &self.server.url, "--binary-path"])
            .arg(&self.its_binary);
        Ok(credentials(deploy))
    }
}

fn changed_binary(workshop: &Workshop, scene: &Scene, contest: &mut Contest) -> Result<(), Failure> {
    let number = Cell::new(0);
    let edit = |program: std::path::PathBuf| {
        let number = &number;
        move || {
            number.set(number.get() + 1);
            append(&program, number.get())
        }
    };
    let program = scene.project.bootstrap(FUNCTION);
    let mut ours = Entrant::prepared(scene.ours(workshop), edit(program.clone()));
    let theirs = scene.cargo_lambda(workshop).map(|run| Entrant::prepared(run, edit(scene.its_binary.clone())));
    let goal = Some(Goal::AtMost(0.4));
    workshop.against(contest, &mut ours, ("`cargo lambda deploy`", goal), theirs, workshop.runs);
    workshop.alone_if_nobody_came(contest, &mut ours, workshop.runs);
    drop(ours);
    edit(program)()?;
    let calls = counted_deployment(workshop, scene)?;
    let is_upload = |call: &String| call == "UpdateFunctionCode";
    let uploads = calls.iter().filter(|call| is_upload(call)).count();
    let before = calls.iter().position(is_upload).unwrap_or(calls.len());
    contest.figures.push(Figure::new("code PUTs", Ok(as_float(uploads as u64)), "").at_most(1.0));
    contest.figures.push(Figure::new("reads before the code PUT", Ok(as_float(before as u64)), "").at_most(1.0));
    contest.figures.extend(operations(&calls));
    Ok(())
}

fn same_binary(workshop: &Workshop, scene: &Scene, contest: &mut Contest) -> Result<(), Failure> {
    let mut ours = Entrant::new(scene.ours(workshop));
    let theirs = scene.cargo_lambda(workshop).map(Entrant::new);
    workshop.against(contest, &mut ours, ("`cargo lambda deploy`", None), theirs, workshop.runs);
    workshop.alone_if_nobody_came(contest, &mut ours, workshop.runs);
    let calls = counted_deployment(workshop, scene)?;
    let writes = calls.iter().filter(|call| !call.starts_with("Get") && !call.starts_with("List")).count();
    contest.figures.push(Figure::new("writes sent", Ok(as_float(writes as u64)), "").at_most(0.0));
    contest.figures.extend(operations(&calls));
    Ok(())
}

fn counted_deployment(workshop: &Workshop, scene: &Scene) -> Result<Vec<String>, Failure> {
    scene.recorder.take();
    scene.project.deploy(workshop, &scene.recorder.url, &scene.recorder.url).run()?;
    Ok(scene.recorder.take())
}

/// How often each operation was called, as figures without a goal.
pub(super) fn operations(calls: &[String]) -> impl Iterator<Item = Figure> {
    counted(calls).into_iter().map(|(operation, count)| Figure::new(operation, Ok(as_float(count)), ""))
}

/// cargo-lambda wants a package, even where it is told which program to deploy.
fn write_its_manifest(folder: &Path) -> Result<(), Failure> {
    let source = folder.join("src");
    std::fs::create_dir_all(&source).map_err(Failure::file("creating", &source))?;
    let manifest = "[package]\nname = \"large\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
    for (name, text) in [("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(Failure::file("writing", &path))?;
    }
    Ok(())
}

/// Makes it another program. What stands behind the end of an ELF file is nobody's.
fn append(program: &Path, number: u32) -> Result<(), Failure> {
    let mut file = std::fs::OpenOptions::new().append(true).open(program).map_err(Failure::file("opening", program))?;
    writeln!(file, "{number}").map_err(Failure::file("writing", program))
}
