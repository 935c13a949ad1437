//! How long it takes to start.

use super::contest;
use crate::bench::measuring::{Entrant, Invocation};
use crate::bench::peers;
use crate::bench::report::{Contest, Figure, median_milliseconds};
use crate::bench::workshop::Workshop;

pub(super) const TITLE: &str = "Start";

pub(super) fn run(workshop: &Workshop) -> Contest {
    contest(workshop, TITLE, "`--version` of each tool.", |contest| {
        let version = |program: &std::path::PathBuf| Invocation::new(program, &workshop.work).arg("--version");
        let mut ours = Entrant::new(version(&workshop.binaries.shipway));
        let quick = workshop.many_runs();
        let cargo_lambda = peers::cargo_lambda(workshop).map(|program| Invocation::new(program, &workshop.work));
        let cargo_lambda = cargo_lambda.map(|run| Entrant::new(run.args(["lambda", "--version"])));
        workshop.against(contest, &mut ours, ("cargo-lambda", None), cargo_lambda, quick);
        for (name, program) in [("AWS CLI", peers::aws_cli(workshop)), ("SAM", peers::sam(workshop))] {
            let theirs = program.map(|program| Entrant::new(version(&program).variable("SAM_CLI_TELEMETRY", "0")));
            workshop.against(contest, &mut ours, (name, None), theirs, workshop.runs);
        }
        workshop.alone_if_nobody_came(contest, &mut ours, quick);
        let median =
            contest.ours.as_ref().map_or_else(|reason| Err(reason.clone()), |ours| median_milliseconds(&ours.samples));
        contest.figures.push(Figure::new("`shipway --version`", median, " ms").at_most(5.0));
        Ok(())
    })
}
