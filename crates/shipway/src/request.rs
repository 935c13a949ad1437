//! From the resolved configuration to what the engine is asked for.

use std::collections::{BTreeMap, BTreeSet};

use shipway_core::build::Platform;
use shipway_core::build_cache::CacheAccess;
use shipway_core::configuration::{
    MissingAlias, Provider, ResolvedEnvironment, ResolvedFunction, ResolvedLayer, ResolvedTarget, UnqualifiedCallers,
};
use shipway_core::detection::{build_order, layer_build_order};
use shipway_core::names::LogicalName;
use shipway_core::plan::{CreateAlias, UnqualifiedRule};
use shipway_engine::context::{Environment, Function, Layer, LocalSettings, Patience, Upload};
use shipway_host::ProjectFiles;

use crate::failure::Failure;
use crate::project::Project;

/// Which functions a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// All that are enabled.
    All,
    /// These, by a function's logical name or one of its targets'.
    Named(Vec<String>),
}

impl Selection {
    pub(crate) fn of(names: &[String]) -> Self {
        // Said twice is meant once. A function and one of its targets are told apart below.
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
    let mut functions = Vec::new();
    let mut wanted: BTreeSet<LogicalName> = BTreeSet::new();
    for (function, targets) in selected(resolved, selection)? {
        functions.extend(engine_functions(project, resolved, function, &targets)?);
        wanted.extend(function.settings.layers.iter().cloned());
    }
    if functions.is_empty() {
        return Err(Failure::usage(
            format!("environment `{}` has no function that is enabled", resolved.name),
            "`shipway config show` tells which are switched off and where",
        ));
    }
    let layers = resolved.layers.iter().filter(|layer| wanted.contains(&layer.name));
    let layers = layers.map(|layer| engine_layer(project, resolved, layer)).collect::<Result<Vec<_>, _>>()?;
    Ok(whole(resolved, functions, layers, concurrency, cache))
}

/// The same with the named layers, or all; and with every function that is switched on, if there is one.
pub(crate) fn layers_environment(
    project: &Project,
    resolved: &ResolvedEnvironment,
    names: &[String],
    concurrency: usize,
    cache: CacheAccess,
) -> Result<Environment, Failure> {
    if resolved.layers.is_empty() {
        return Err(Failure::usage(
            "the configuration has no layers",
            "`[layers.NAME]` with `path` and `runtimes` describes one",
        ));
    }
    for name in names {
        if !resolved.layers.iter().any(|layer| layer.name.as_str() == name) {
            let known: Vec<&str> = resolved.layers.iter().map(|layer| layer.name.as_str()).collect();
            return Err(Failure::usage(
                format!("there is no layer `{name}`"),
                format!("the layers are: {}", known.join(", ")),
            ));
        }
    }
    let chosen = |layer: &&ResolvedLayer| names.is_empty() || names.iter().any(|name| layer.name.as_str() == name);
    let layers = resolved.layers.iter().filter(chosen);
    let layers = layers.map(|layer| engine_layer(project, resolved, layer)).collect::<Result<Vec<_>, _>>()?;
    let functions = if resolved.enabled && resolved.functions.iter().any(|function| function.enabled) {
        environment(project, resolved, &Selection::All, concurrency, cache)?.functions
    } else {
        Vec::new()
    };
    Ok(whole(resolved, functions, layers, concurrency, cache))
}

fn whole(
    resolved: &ResolvedEnvironment,
    functions: Vec<Function>,
    layers: Vec<Layer>,
    concurrency: usize,
    cache: CacheAccess,
) -> Environment {
    Environment {
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
        on_unknown: resolved.on_unknown,
        on_drift: resolved.on_drift,
        hold_for: resolved.hold_for,
        cache,
        upload: Upload::Direct,
        concurrency,
        patience: Patience::default(),
        functions,
        layers,
    }
}

/// The chosen functions, each with those of its targets that are meant.
type Selected<'a> = Vec<(&'a ResolvedFunction, Vec<&'a ResolvedTarget>)>;

fn selected<'a>(resolved: &'a ResolvedEnvironment, selection: &Selection) -> Result<Selected<'a>, Failure> {
    let names = match selection {
        Selection::All => {
            let enabled = resolved.functions.iter().filter(|function| function.enabled);
            return Ok(enabled.map(|function| (function, function.targets.iter().collect())).collect());
        }
        Selection::Named(names) => names,
    };
    let mut selected: Selected<'a> = Vec::new();
    for name in names {
        let (function, targets) = resolved.targets(name)?;
        if !function.enabled {
            let name = &function.name;
            return Err(Failure::usage(
                format!("function `{name}` is switched off in environment `{}`", resolved.name),
                format!("set `enabled = true` in `[environments.{}.functions.{name}]`", resolved.name),
            ));
        }
        match selected.iter_mut().find(|(known, _)| known.name == function.name) {
            // Two deployments of one target would wait for each other.
            Some((_, known)) => targets.into_iter().for_each(|target| {
                if !known.contains(&target) {
                    known.push(target);
                }
            }),
            None => selected.push((function, targets)),
        }
    }
    Ok(selected)
}

/// The engine's view of a function: one for each of its targets, with the same build.
fn engine_functions(
    project: &Project,
    resolved: &ResolvedEnvironment,
    function: &ResolvedFunction,
    targets: &[&ResolvedTarget],
) -> Result<Vec<Function>, Failure> {
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
    let files = ProjectFiles::of(&project.folder, folder);
    let build = build_order(function, platform, &|| files.listing(), &mut |path| files.text(path))?;
    let local = LocalSettings {
        environment: function
            .local
            .environment
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.reveal().to_owned()))
            .collect::<BTreeMap<_, _>>(),
        memory_megabytes: Some(function.local.memory.0),
        timeout_seconds: Some(function.local.timeout.0),
        layers: Vec::new(),
    };
    let of_target = |target: &&ResolvedTarget| Function {
        name: target.name.clone(),
        build: build.clone(),
        target: target.target.clone(),
        layers: function.settings.layers.clone(),
        local: local.clone(),
    };
    Ok(targets.iter().map(of_target).collect())
}

fn engine_layer(project: &Project, resolved: &ResolvedEnvironment, layer: &ResolvedLayer) -> Result<Layer, Failure> {
    let platform = match resolved.provider {
        Provider::Local => Platform::Host,
        Provider::Aws => Platform::Lambda { architecture: layer.settings.architecture },
    };
    let folder = layer.settings.path.as_str();
    if !project.folder.join(folder).is_dir() {
        return Err(Failure::usage(
            format!("layer `{}`: there is no folder {}", layer.name, project.folder.join(folder).display()),
            format!("correct `path` in `[layers.{}]`", layer.name),
        ));
    }
    let files = ProjectFiles::of(&project.folder, folder);
    Ok(Layer {
        name: layer.name.clone(),
        layer_name: layer.layer_name.clone(),
        build: layer_build_order(layer, platform, &|| files.listing())?,
        runtimes: layer.runtimes.clone(),
        architectures: layer.architectures.clone(),
        description: layer.description.clone(),
        license: layer.license.clone(),
    })
}
