//! Packaging with nothing cached: a folder in the page cache becomes a zip.

use std::path::{Path, PathBuf};

use super::contest;
use super::zip_facts::zip_facts;
use crate::bench::inputs::{self, Input};
use crate::bench::measuring::{Entrant, Invocation};
use crate::bench::peers;
use crate::bench::report::{Contest, Goal};
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

pub(super) const PY: &str = "Cold packaging, py";
pub(super) const NODE: &str = "Cold packaging, node";
pub(super) const BOOTSTRAP: &str = "Cold packaging, one large binary";

const EXPLANATION: &str = "`package_folder FOLDER ZIP`, Shipway's packager alone, against other packers of the same \
    folder. Each makes its zip anew, with SHA-256 of it in Shipway's case alone. The size is compared with \
    `zip -6 -D -X`: no entries for folders, no extra fields.";

/// The most that the zip may be, as a part of Info-ZIP's.
const SIZE: f64 = 1.005;

/// The goals beside each peer.
struct Goals {
    zip: Option<Goal>,
    python: Option<Goal>,
    go: Option<Goal>,
    size: Option<f64>,
}

pub(super) fn run(workshop: &Workshop) -> Vec<Contest> {
    let faster = |times| Some(Goal::TimesFaster(times));
    let tree = || Goals { zip: faster(5.0), python: faster(5.0), go: faster(3.5), size: Some(SIZE) };
    let binary = Goals { zip: faster(5.0), python: None, go: faster(3.0), size: None };
    vec![
        one(workshop, PY, inputs::py, &tree()),
        one(workshop, NODE, inputs::node, &tree()),
        one(workshop, BOOTSTRAP, inputs::bootstrap, &binary),
    ]
}

fn one(
    workshop: &Workshop,
    title: &str,
    input: impl Fn(&Workshop) -> Result<Input, Failure>,
    goals: &Goals,
) -> Contest {
    contest(workshop, title, EXPLANATION, |contest| {
        let input = input(workshop)?;
        let folder = workshop.fresh_folder(&format!("cold-{}", input.name))?;
        let made = folder.join("shipway.zip");
        let mut ours = Entrant::making(packager(workshop, &input.folder, &made), &made);
        for (name, goal, size, peer) in peers(goals) {
            let output = folder.join("peer.zip");
            let theirs = peer(workshop, &input.folder, &output).map(|run| Entrant::making(run, &output));
            workshop.against(contest, &mut ours, (name, goal), theirs, workshop.runs);
            let Some(opponent) = contest.opponents.last_mut() else { continue };
            opponent.size_goal = size;
            if let Ok(duel) = &mut opponent.outcome {
                duel.zip = Some(zip_facts(&output)?);
            }
        }
        workshop.alone_if_nobody_came(contest, &mut ours, workshop.runs);
        if let Ok(entry) = &mut contest.ours {
            entry.zip = Some(zip_facts(&made)?);
        }
        Ok(())
    })
}

/// The packager, told to make `output`.
pub(super) fn packager(workshop: &Workshop, folder: &Path, output: &Path) -> Invocation {
    Invocation::new(&workshop.binaries.packager, &workshop.work).arg(folder).arg(output)
}

type Peer = fn(&Workshop, &Path, &Path) -> Result<Invocation, String>;

fn peers(goals: &Goals) -> [(&'static str, Option<Goal>, Option<f64>, Peer); 5] {
    [
        ("Info-ZIP `zip -6 -D -X`", goals.zip, goals.size, |_, folder, output| zip(folder, output, &["-6"])),
        ("Python zipfile", goals.python, None, python),
        ("Go archive/zip", goals.go, None, go),
        ("bsdtar", None, None, bsdtar),
        ("7z, two threads", None, None, seven_zip),
    ]
}

/// Info-ZIP without entries for folders and without extra fields.
pub(super) fn zip(folder: &Path, output: &Path, more: &[&str]) -> Result<Invocation, String> {
    let program = peers::on_path("zip")?;
    let run = Invocation::new(program, folder).args(more.iter().copied()).args(["-D", "-X", "-r", "-q"]);
    Ok(run.arg(output).arg("."))
}

fn python(workshop: &Workshop, folder: &Path, output: &Path) -> Result<Invocation, String> {
    let (python, script) = peers::python_packer(workshop)?;
    Ok(Invocation::new(python, folder).arg(script).arg(folder).arg(output))
}

fn go(workshop: &Workshop, folder: &Path, output: &Path) -> Result<Invocation, String> {
    let program: PathBuf = peers::go_packer(workshop)?;
    Ok(Invocation::new(program, folder).arg(folder).arg(output))
}

fn bsdtar(_: &Workshop, folder: &Path, output: &Path) -> Result<Invocation, String> {
    let program = peers::on_path("bsdtar")?;
    Ok(Invocation::new(program, folder).args(["--format", "zip", "-cf"]).arg(output).arg("."))
}

fn seven_zip(_: &Workshop, folder: &Path, output: &Path) -> Result<Invocation, String> {
    let program = peers::on_path("7z")?;
    Ok(Invocation::new(program, folder).args(["a", "-tzip", "-mmt2", "-bd", "-bso0"]).arg(output).arg("."))
}
