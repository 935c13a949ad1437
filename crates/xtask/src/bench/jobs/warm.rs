//! Packaging again: nothing changed, or one file did.

use std::cell::Cell;
use std::path::Path;

use super::cold::{packager, zip};
use super::contest;
use crate::bench::inputs::{self, Input, change};
use crate::bench::measuring::{Entrant, Invocation};
use crate::bench::peers;
use crate::bench::report::{Contest, Goal};
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

pub(super) const PY_UNCHANGED: &str = "Warm packaging, py, nothing changed";
pub(super) const PY_CHANGED: &str = "Warm packaging, py, one file changed";
pub(super) const NODE_UNCHANGED: &str = "Warm packaging, node, nothing changed";
pub(super) const NODE_CHANGED: &str = "Warm packaging, node, one file changed";

pub(super) fn run(workshop: &Workshop) -> Vec<Contest> {
    vec![
        unchanged(workshop, PY_UNCHANGED, inputs::py),
        changed(workshop, PY_CHANGED, inputs::py),
        unchanged(workshop, NODE_UNCHANGED, inputs::node),
        changed(workshop, NODE_CHANGED, inputs::node),
    ]
}

fn unchanged(workshop: &Workshop, title: &str, input: impl Fn(&Workshop) -> Result<Input, Failure>) -> Contest {
    let explanation = "`package_folder FOLDER ZIP --cache CACHE` once more, with its zip and cache there, against a bare \
        walk of the tree (every folder read, `lstat` of every file, nothing else) and against `zip -FS` with its zip there.";
    contest(workshop, title, explanation, |contest| {
        let input = input(workshop)?;
        let folder = workshop.fresh_folder(&format!("unchanged-{}", input.name))?;
        let mut ours = Entrant::new(warm_packager(workshop, &input.folder, &folder));
        let walk = |threads: &str| {
            let walk = Invocation::new(&workshop.binaries.xtask, &workshop.work).arg("walk").arg(&input.folder);
            Entrant::new(walk.args(["--threads", threads]))
        };
        let runs = workshop.many_runs();
        let goal = Some(Goal::AtMost(1.3));
        workshop.against(contest, &mut ours, ("a bare walk", goal), Ok(walk("1")), runs);
        workshop.against(contest, &mut ours, ("a bare walk on two threads", None), Ok(walk("2")), runs);
        let theirs = zip(&input.folder, &folder.join("peer.zip"), &["-FS", "-6"]).map(Entrant::new);
        workshop.against(contest, &mut ours, ("`zip -FS`", Some(Goal::AtMost(0.5))), theirs, runs);
        Ok(())
    })
}

fn changed(workshop: &Workshop, title: &str, input: impl Fn(&Workshop) -> Result<Input, Failure>) -> Contest {
    let explanation = "The same after one file of 20 kB in the middle of the tree got another content and size. Shipway's \
        result has the zip's true SHA-256; beside it `zip -FS` and then `sha256sum` of the whole zip, in one shell.";
    contest(workshop, title, explanation, |contest| {
        let input = input(workshop)?;
        let folder = workshop.fresh_folder(&format!("changed-{}", input.name))?;
        let number = Cell::new(0);
        let edit = || {
            number.set(number.get() + 1);
            change(&input, number.get())
        };
        let mut ours = Entrant::prepared(warm_packager(workshop, &input.folder, &folder), edit);
        let theirs = zip_and_sum(&input.folder, &folder.join("peer.zip")).map(|run| Entrant::prepared(run, edit));
        let goal = Some(Goal::AtMost(0.5));
        workshop.against(contest, &mut ours, ("`zip -FS` and `sha256sum`", goal), theirs, workshop.many_runs());
        workshop.alone_if_nobody_came(contest, &mut ours, workshop.many_runs());
        change(&input, 0)
    })
}

fn warm_packager(workshop: &Workshop, input: &Path, folder: &Path) -> Invocation {
    packager(workshop, input, &folder.join("shipway.zip")).arg("--cache").arg(folder.join("cache"))
}

fn zip_and_sum(input: &Path, output: &Path) -> Result<Invocation, String> {
    peers::on_path("zip")?;
    peers::on_path("sha256sum")?;
    let script = "zip -FS -6 -D -X -r -q \"$0\" . && sha256sum \"$0\"";
    Ok(Invocation::new("sh", input).args(["-c", script]).arg(output))
}
