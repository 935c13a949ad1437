//! From the resolved configuration to what the engine is asked for.

use std::collections::BTreeMap;

use shipway_core::build::Platform;
use shipway_core::build_cache::CacheAccess;
use shipway_core::configuration::{MissingAlias, Provider, ResolvedEnvironment, ResolvedFunction, UnqualifiedCallers};
use shipway_core::detection::build_order;
use shipway_core::plan::{CreateAlias, UnqualifiedRule};
use shipway_engine::context::{Environment, Function, LocalSettings, Patience, Upload};
use shipway_host::ProjectFiles;

use crate::failure::Failure;
use crate::project::Project;

/// Which functions a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// All that are enabled.
    All,
    /// These, by name.
    Named(Vec<String>),
}

impl Selection {
    pub(crate) fn of(names: &[String]) -> Self {
        // Said twice is meant once: two deployments of one target would wait for each other.
        let mut once: Vec<String> = Vec::new();
        for name in names {
            if !once.contains(name) {
                once.push(name.clone());
            }
        }
        if once.is_empty() { Self::All } else { Self::Named(once) }
    }
}

/// The engine's environment, with the selected functions.
pub(crate) fn environment(
    project: &Project,
    resolved: &ResolvedEnvironment,
    selection: &Selection,
    concurrency: usize,
    cache: CacheAccess,
) -> Result<Environment, Failure> {
    if !resolved.enabled {
        return Err(Failure::usage(
            format!("environment `{}` is switched off (`enabled = false`)", resolved.name),
            "set `enabled = true` in its section",
        ));
    }
    let functions = selected(resolved, selection)?
        .into_iter()
        .map(|function| engine_function(project, resolved, function))
        .collect::<Result<Vec<_>, _>>()?;
    if functions.is_empty() {
        return Err(Failure::usage(
            format!("environment `{}` has no function that is enabled", resolved.name),
            "`shipway config show` tells which are switched off and where",
        ));
    }
    Ok(Environment {
        project: resolved.project.clone(),
        name: resolved.name.clone(),
        account: resolved.account.clone(),
        region: resolved.region.clone(),
        create_alias: match resolved.missing_alias {
            MissingAlias::Hold => CreateAlias::Wait,
            MissingAlias::Create => CreateAlias::Create,
        },
        unqualified: match resolved.unqualified {
            UnqualifiedCallers::Refuse => UnqualifiedRule::Refuse,
            UnqualifiedCallers::Accept => UnqualifiedRule::Accept,
        },
        cache,
        upload: Upload::Direct,
        concurrency,
        patience: Patience::default(),
        functions,
    })
}

fn selected<'a>(
    resolved: &'a ResolvedEnvironment,
    selection: &Selection,
) -> Result<Vec<&'a ResolvedFunction>, Failure> {
    match selection {
        Selection::All => Ok(resolved.functions.iter().filter(|function| function.enabled).collect()),
        Selection::Named(names) => names
            .iter()
            .map(|name| {
                let function = resolved.function(name)?;
                if function.enabled {
                    return Ok(function);
                }
                Err(Failure::usage(
                    format!("function `{name}` is switched off in environment `{}`", resolved.name),
                    format!("set `enabled = true` in `[environments.{}.functions.{name}]`", resolved.name),
                ))
            })
            .collect(),
    }
}

fn engine_function(
    project: &Project,
    resolved: &ResolvedEnvironment,
    function: &ResolvedFunction,
) -> Result<Function, Failure> {
    let platform = match resolved.provider {
        Provider::Local => Platform::Host,
        Provider::Aws => Platform::Lambda { architecture: function.settings.architecture },
    };
    let folder = function.settings.path.as_str();
    if !project.folder.join(folder).is_dir() {
        return Err(Failure::usage(
            format!("function `{}`: there is no folder {}", function.name, project.folder.join(folder).display()),
            format!("correct `path` in `[functions.{}]`", function.name),
        ));
    }
    let files = ProjectFiles::list(&project.folder, folder);
    let build = build_order(function, platform, files.listing(), &mut |path| files.text(path))?;
    let local = LocalSettings {
        environment: function
            .local
            .environment
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.reveal().to_owned()))
            .collect::<BTreeMap<_, _>>(),
        memory_megabytes: Some(function.local.memory.0),
        timeout_seconds: Some(function.local.timeout.0),
    };
    Ok(Function { name: function.name.clone(), build, target: function.target.clone(), local })
}
