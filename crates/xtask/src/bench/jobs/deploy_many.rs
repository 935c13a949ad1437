//! Deploying many functions while Lambda takes only so many calls a second.

use super::contest;
use super::deploy::operations;
use super::project::{Project, Serving, write_program};
use crate::bench::inputs::{function_name, text};
use crate::bench::lambda_server::LambdaServer;
use crate::bench::options::Scale;
use crate::bench::recorder::{Recorder, counted};
use crate::bench::report::{Contest, Entry, Figure, as_float};
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

pub(super) const TITLE: &str = "Deploy of 200 functions under Lambda's rates";

/// Lambda's quotas, calls a second: GetFunction, GetPolicy, and everything else together.
const GET_FUNCTION: f64 = 100.0;
const GET_POLICY: f64 = 15.0;
const OTHERS: f64 = 15.0;

pub(super) fn run(workshop: &Workshop) -> Contest {
    let explanation = "`shipway deploy` of functions that exist, each behind an alias and each with a build that is new, to \
        the embedded Lambda with `--throttle`: it refuses calls beyond 15 a second (100 of GetFunction). The functions are \
        built before. The requests needed are those that were sent; the pool that needs longest counts.";
    contest(workshop, TITLE, explanation, |contest| {
        let functions = match workshop.scale {
            Scale::Full => 200,
            Scale::Small => 3,
        };
        let folder = workshop.fresh_folder("many")?;
        let names: Vec<String> = (0..functions).map(function_name).collect();
        let program = |path: &std::path::Path| {
            let seed = path
                .as_os_str()
                .as_encoded_bytes()
                .iter()
                .map(|byte| u64::from(*byte))
                .fold(7, |sum, byte| sum * 31 % 1_000_003 + byte);
            write_program(path, format!("#!/bin/sh\n# {}", text(seed, 2_000).replace('\n', "\n# ")).as_bytes())
        };
        let project = Project::make(folder.join("project"), names, Serving::Alias, program)?;
        let lambda = folder.join("lambda");
        let unthrottled = LambdaServer::start(&workshop.binaries.shipway, &lambda, &[])?;
        project.provision(workshop, &unthrottled, Serving::Alias)?;
        drop(unthrottled);
        project.shipway(workshop, "build").run()?;
        let server = LambdaServer::start(&workshop.binaries.shipway, &lambda, &["--throttle"])?;
        let recorder = Recorder::before(&server.url)?;
        let ran = project.deploy(workshop, &recorder.url, &recorder.url).run()?;
        figures(contest, functions, &recorder.take(), ran.sample.wall.as_secs_f64());
        contest.ours = Ok(Entry { samples: vec![ran.sample], zip: None });
        Ok::<(), Failure>(())
    })
}

fn figures(contest: &mut Contest, functions: u64, calls: &[String], seconds: f64) {
    let counts = counted(calls);
    let count = |name: &str| as_float(counts.get(name).copied().unwrap_or(0));
    let (get_function, get_policy) = (count("GetFunction"), count("GetPolicy"));
    let others = as_float(calls.len() as u64) - get_function - get_policy;
    let needed = (get_function / GET_FUNCTION).max(get_policy / GET_POLICY).max(others / OTHERS);
    let figure = |name: &str, value: f64, unit| Figure::new(name, Ok(value), unit);
    contest.figures.extend([
        figure("functions", as_float(functions), ""),
        figure("time taken", seconds, " s"),
        figure("requests needed ÷ allowed rate", needed, " s"),
        figure("time taken ÷ that", seconds / needed, "").at_most(1.15),
        figure("calls a function in the pool of 15 a second", others / as_float(functions), ""),
    ]);
    contest.figures.extend(operations(calls));
}
