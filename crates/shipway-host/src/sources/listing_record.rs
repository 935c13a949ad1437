//! Gathers all that git's listing of a project depends on, just after git made it. What changes meanwhile is too young to be
//! believed, and then nothing is recorded: the next look asks git again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use shipway_package::{Moment, Stamp};

use super::head_memory::Comparison;
use super::listing::Listing;
use super::listing_check::{Stale, input_stamp, names_digest};
use super::listing_memory::{Folder, Input, ListingMemory, RULE_FILES, RepositoryPlace, Watched, joined};
use crate::STATE_FOLDER;
use crate::git::Repository;

/// More folders than this are not watched.
const MOST_FOLDERS: usize = 100_000;

/// Settings by which git does not compare bytes, unless they have one of these values.
const CONVERTING: &[(&str, &[&str])] = &[
    ("core.autocrlf", &["false", "no", "off", "0"]),
    ("core.eol", &["native", "lf"]),
    ("core.filemode", &["true", "yes", "on", "1"]),
    ("core.ignorecase", &["false", "no", "off", "0"]),
    ("core.trustctime", &["true", "yes", "on", "1"]),
    ("core.checkstat", &["default"]),
    ("core.attributesfile", &[]),
    ("core.symlinks", &["true", "yes", "on", "1"]),
];

/// What git says of its settings and places.
#[derive(Debug)]
struct Asked {
    place: RepositoryPlace,
    root: PathBuf,
    /// `index`, `info/exclude` and the like.
    files: Vec<PathBuf>,
    /// Files that hold settings, and the settings' values, lower case names, the last of each.
    origins: BTreeSet<PathBuf>,
    settings: BTreeMap<String, String>,
    /// Ignored folders, without a `/` at their end.
    ignored: BTreeSet<String>,
}

/// A memory of `listing`, which git made after `moment`; `None` where its answer depends on more than can be watched.
pub(super) async fn record(project: &Repository, listing: &Listing, moment: Moment) -> Option<ListingMemory> {
    if listing.has_repositories || !listing.unreadable.is_empty() {
        return None;
    }
    let asked = ask(project).await?;
    let environment = environment_digest(project);
    let variable = |name: &str| project.variable(name).map(PathBuf::from);
    // As git names it: without links on the way.
    let folder = fs::canonicalize(project.folder()).ok()?;
    let inputs = input_paths(&folder, &asked, &variable);
    let names = listing.files.keys().cloned().collect::<Vec<_>>();
    let has_hidden = listing.has_hidden;
    let work = move || gather(&folder, &names, asked, inputs, environment, has_hidden, &moment).ok();
    tokio::task::spawn_blocking(work).await.ok()?
}

/// A digest of the variables that tell git where its settings are.
pub(super) fn environment_digest(project: &Repository) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (name, value) in project.variables() {
        let name = name.as_encoded_bytes();
        if name.starts_with(b"GIT_") || name == b"HOME" || name == b"XDG_CONFIG_HOME" {
            for text in [name, value.as_encoded_bytes()] {
                hasher.update(&(text.len() as u64).to_le_bytes());
                hasher.update(text);
            }
        }
    }
    *hasher.finalize().as_bytes()
}

async fn ask(project: &Repository) -> Option<Asked> {
    let places = [
        "rev-parse",
        "--path-format=absolute",
        "--show-toplevel",
        "--git-dir",
        "--git-common-dir",
        "--git-path",
        "index",
        "--git-path",
        "info/exclude",
        "--git-path",
        "info/attributes",
        "--git-path",
        "info/sparse-checkout",
        "--git-path",
        "config.worktree",
        "--show-prefix",
    ];
    // Only folders that a rule names as such: one in which every file happens to be ignored may come to hold others.
    let ignored = [
        "status",
        "--porcelain",
        "-z",
        "--no-renames",
        "--ignored=matching",
        "--untracked-files=all",
        "--ignore-submodules=all",
        "--",
        ".",
    ];
    let settings = ["config", "--list", "--includes", "--show-origin", "-z"];
    let (places, settings, ignored) =
        futures::join!(project.run(&places), project.run(&settings), project.run(&ignored));
    let places = String::from_utf8(places.ok()?.bytes().ok()?).ok()?;
    let mut places = places.lines().map(str::to_owned);
    let root = PathBuf::from(places.next()?);
    let (git_folder, common_folder) = (PathBuf::from(places.next()?), PathBuf::from(places.next()?));
    let mut files: Vec<PathBuf> = places.by_ref().take(5).map(PathBuf::from).collect();
    files.push(common_folder.join("config"));
    // No line at all where the project is the repository's root.
    let prefix = places.next().unwrap_or_default();
    let (origins, settings) = read_settings(&settings.ok()?.bytes().ok()?, &root)?;
    let ignored = ignored.ok()?.bytes().ok()?;
    let ignored = ignored.split(|byte| *byte == 0).filter_map(|record| record.strip_prefix(b"!! ")?.strip_suffix(b"/"));
    // A name that is not UTF-8 is watched instead, which is always right.
    let ignored = ignored.filter_map(|name| std::str::from_utf8(name).ok()?.strip_prefix(&prefix).map(str::to_owned));
    let ignored = ignored.collect();
    Some(Asked {
        place: RepositoryPlace { git_folder, common_folder, prefix },
        root,
        files,
        origins,
        settings,
        ignored,
    })
}

/// Reads `git config --list --show-origin -z`: an origin and a name with its value, by turns.
fn read_settings(output: &[u8], root: &Path) -> Option<(BTreeSet<PathBuf>, BTreeMap<String, String>)> {
    let text = std::str::from_utf8(output).ok()?;
    let (mut origins, mut settings) = (BTreeSet::new(), BTreeMap::new());
    let mut records = text.split('\0');
    while let Some(origin) = records.next().filter(|origin| !origin.is_empty()) {
        if let Some(path) = origin.strip_prefix("file:") {
            origins.insert(root.join(path));
        }
        let (name, value) = records.next()?.split_once('\n').unwrap_or_default();
        settings.insert(name.to_lowercase(), value.to_owned());
    }
    Some((origins, settings))
}

/// The files outside of the listing on which git's answers depend.
fn input_paths(project: &Path, asked: &Asked, variable: &dyn Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let mut paths: BTreeSet<PathBuf> = asked.files.iter().chain(&asked.origins).cloned().collect();
    let home = variable("HOME");
    let user = variable("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config"))).map(|it| it.join("git"));
    paths.extend(["/etc/gitconfig", "/etc/gitattributes"].map(PathBuf::from));
    paths.extend(home.iter().map(|home| home.join(".gitconfig")));
    paths.extend(user.iter().flat_map(|user| ["config", "ignore", "attributes"].map(|name| user.join(name))));
    paths.extend(["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"].iter().filter_map(|name| variable(name)));
    for setting in ["core.excludesfile", "core.attributesfile"] {
        let Some(value) = asked.settings.get(setting) else { continue };
        let in_home = value.strip_prefix("~/").and_then(|rest| Some(home.as_ref()?.join(rest)));
        paths.insert(in_home.unwrap_or_else(|| asked.root.join(value)));
    }
    for folder in project.ancestors() {
        paths.insert(folder.join(".gitmodules"));
    }
    // Between the repository's root and the project.
    for folder in project.ancestors().take_while(|folder| *folder != asked.root) {
        paths.insert(folder.join(".git"));
        paths.extend(folder.parent().into_iter().flat_map(|above| RULE_FILES.map(|name| above.join(name))));
    }
    paths.into_iter().collect()
}

fn gather(
    project: &Path,
    names: &[String],
    asked: Asked,
    inputs: Vec<PathBuf>,
    environment: [u8; 32],
    has_hidden: bool,
    moment: &Moment,
) -> Result<ListingMemory, Stale> {
    if is_beyond(&asked, project) {
        return Err(Stale);
    }
    let inputs = inputs.into_iter().map(|path| settled_input(path, moment)).collect::<Result<Vec<_>, _>>()?;
    // Where a submodule may be, each name would have to be looked at.
    if inputs.iter().any(|input| input.stamp.is_some() && input.path.ends_with(".gitmodules")) {
        return Err(Stale);
    }
    let folders = watch(project, &asked, moment)?;
    let is_filtered = has_hidden || converts(&asked.settings) || has_attributes(&inputs, &folders, names);
    let comparison = if is_filtered { Comparison::Filtered } else { Comparison::Exact };
    let folders = with_files(folders, names);
    Ok(ListingMemory { environment, inputs, folders, repository: asked.place, comparison, head: None })
}

/// Settings whose files are not known here.
fn is_beyond(asked: &Asked, project: &Path) -> bool {
    let odd =
        |name: &str| asked.settings.get(name).is_some_and(|value| value.starts_with('~') && !value.starts_with("~/"));
    odd("core.excludesfile") || odd("core.attributesfile") || !project.starts_with(&asked.root)
}

pub(super) fn settled_input(path: PathBuf, moment: &Moment) -> Result<Input, Stale> {
    let stamp = input_stamp(&path)?;
    let is_settled = stamp.is_none_or(|stamp| stamp.is_settled(moment));
    if is_settled { Ok(Input { path, stamp }) } else { Err(Stale) }
}

fn converts(settings: &BTreeMap<String, String>) -> bool {
    CONVERTING.iter().any(|(name, harmless)| {
        settings.get(*name).is_some_and(|value| !harmless.contains(&value.to_lowercase().as_str()))
    })
}

fn has_attributes(inputs: &[Input], folders: &BTreeMap<String, Watched>, names: &[String]) -> bool {
    let is_attributes = |path: &Path| path.ends_with("attributes") || path.ends_with(".gitattributes");
    let known = inputs.iter().any(|input| {
        let elsewhere = input.path.ends_with("gitattributes");
        input.stamp.is_some() && (elsewhere || is_attributes(&input.path))
    });
    known
        || folders.values().any(|watched| watched.rules[1].is_some())
        || names.iter().any(|name| is_attributes(Path::new(name)))
}

/// All folders that git looks into.
fn watch(project: &Path, asked: &Asked, moment: &Moment) -> Result<BTreeMap<String, Watched>, Stale> {
    let mut watched = BTreeMap::new();
    let mut waiting = vec![String::new()];
    while let Some(folder) = waiting.pop() {
        let path = project.join(&folder);
        watched.insert(folder.clone(), watched_folder(&path, moment)?);
        if watched.len() > MOST_FOLDERS {
            return Err(Stale);
        }
        for entry in fs::read_dir(&path).map_err(|_| Stale)? {
            let entry = entry.map_err(|_| Stale)?;
            // Git lists no file whose name is not UTF-8 here: that would be unreadable. A folder is another matter.
            let name = entry.file_name().into_string().map_err(|_| Stale)?;
            if name == ".git" {
                // A repository in the repository.
                if path != asked.root {
                    return Err(Stale);
                }
                continue;
            }
            let below = joined(&folder, &name);
            // Shipway's own state is no input, and changes all the time.
            if below == STATE_FOLDER {
                continue;
            }
            if entry.file_type().map_err(|_| Stale)?.is_dir() && !asked.ignored.contains(&below) {
                waiting.push(below);
            }
        }
    }
    Ok(watched)
}

fn watched_folder(path: &Path, moment: &Moment) -> Result<Watched, Stale> {
    let stamp = Stamp::of(&fs::symlink_metadata(path).map_err(|_| Stale)?);
    // One that changed while git looked may not be what git saw.
    if !stamp.is_settled(moment) {
        return Err(Stale);
    }
    let names = names_digest(path).map_err(|_| Stale)?;
    let rule = |name: &str| match fs::symlink_metadata(path.join(name)) {
        Ok(metadata) if metadata.is_file() && Stamp::of(&metadata).is_settled(moment) => Ok(Some(Stamp::of(&metadata))),
        Ok(metadata) if metadata.is_dir() => Ok(None),
        // A link, whose target is not watched, or too young.
        Ok(_) => Err(Stale),
        Err(_) => Ok(None),
    };
    let [ignore, attributes] = RULE_FILES.map(rule);
    Ok(Watched { stamp: Some(stamp), names, rules: [ignore?, attributes?] })
}

fn with_files(watched: BTreeMap<String, Watched>, names: &[String]) -> Vec<Folder> {
    let mut folders: BTreeMap<String, Folder> = watched
        .into_iter()
        .map(|(path, watched)| (path.clone(), Folder { path, watched: Some(watched), files: Vec::new() }))
        .collect();
    for name in names {
        let (folder, name) = name.rsplit_once('/').unwrap_or(("", name));
        let new = || Folder { path: folder.to_owned(), watched: None, files: Vec::new() };
        folders.entry(folder.to_owned()).or_insert_with(new).files.push(name.to_owned());
    }
    for folder in folders.values_mut() {
        folder.files.sort_unstable();
    }
    folders.into_values().collect()
}
