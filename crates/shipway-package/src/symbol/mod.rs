//! Whether the file that a handler names defines the function that it names. Sources are scanned, never run, and an absence is
//! only claimed where nothing in the file could bring the name about: a doubt is no finding.

mod class_file;
mod node;
mod python;
mod ruby;
mod words;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::handler::{HandlerFinding, RuntimeFamily, handler_presence};
use crate::inspect::read_entry;
use crate::patterns::{PatternSetting, Patterns};
use crate::survey::Survey;

/// Larger files are not scanned: nobody writes them by hand, and bundlers keep their secrets.
const SOURCE_LIMIT: u64 = 1 << 20;

/// Where the handler's function would have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    family: RuntimeFamily,
    /// The file in the package.
    path: String,
    /// The function, as the handler names it: `handler`, `App::Handler.call`.
    name: String,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scan {
    /// It is there, or it cannot be told.
    NothingAgainst,
    /// It is not.
    Absent {
        /// What is there instead, in the order of the file.
        instead: Vec<String>,
    },
    /// It is there, and nobody outside of its class may call it.
    NotPublic,
}

/// Looks for the handler's file in a tree, and for the function in it.
pub fn handler_in_tree(
    survey: &Survey,
    family: RuntimeFamily,
    handler: &str,
    allow: &[String],
) -> Result<HandlerFinding, PackageError> {
    let entries: Vec<EntrySummary> = survey.entries().collect();
    judge(&entries, family, handler, allow, |place| {
        let file = survey.files.iter().find(|file| file.path == place.path)?;
        let mut content = Vec::new();
        // One that cannot be read tells nothing: packaging will say so.
        File::open(&file.location).ok()?.take(SOURCE_LIMIT).read_to_end(&mut content).ok()?;
        Some(content)
    })
}

/// Looks for the handler's file in a zip of these entries, and for the function in it.
pub fn handler_in_zip(
    zip: &Path,
    entries: &[EntrySummary],
    family: RuntimeFamily,
    handler: &str,
    allow: &[String],
) -> Result<HandlerFinding, PackageError> {
    judge(entries, family, handler, allow, |place| read_entry(zip, &place.path, SOURCE_LIMIT).ok().flatten())
}

fn judge(
    entries: &[EntrySummary],
    family: RuntimeFamily,
    handler: &str,
    allow: &[String],
    read: impl FnOnce(&Place) -> Option<Vec<u8>>,
) -> Result<HandlerFinding, PackageError> {
    let presence = handler_presence(entries, family, handler);
    if presence != HandlerFinding::Present {
        return Ok(presence);
    }
    let allow = Patterns::new(PatternSetting::Allow, allow)?;
    let Some(place) = place(entries, family, handler).filter(|place| !allow.cover(&place.path)) else {
        return Ok(presence);
    };
    let small = entries.iter().any(|entry| entry.path == place.path && entry.bytes <= SOURCE_LIMIT);
    let Some(content) = small.then(|| read(&place)).flatten() else { return Ok(presence) };
    Ok(match scan(&place, &content) {
        Scan::NothingAgainst => presence,
        Scan::Absent { instead } => HandlerFinding::SymbolAbsent { path: place.path, name: place.name, instead },
        Scan::NotPublic => HandlerFinding::SymbolNotPublic { path: place.path, name: place.name },
    })
}

/// The one file that the runtime would load, if that is certain and the file is one that can be scanned.
fn place(entries: &[EntrySummary], family: RuntimeFamily, handler: &str) -> Option<Place> {
    let (candidates, name) = match family {
        RuntimeFamily::Python => {
            let (module, name) = handler.rsplit_once('.')?;
            let module = module.replace('.', "/");
            let module = module.trim_start_matches('/');
            // A compiled module of the same name goes before the source.
            if entries.iter().any(|entry| entry.path.starts_with(&format!("{module}.")) && entry.path.ends_with(".so"))
            {
                return None;
            }
            (vec![format!("{module}/__init__.py"), format!("{module}.py")], name)
        }
        RuntimeFamily::Node => {
            let (folder, file) = handler.rsplit_once('/').unwrap_or(("", handler));
            let (file, name) = file.split_once('.')?;
            let folder = folder.trim_start_matches("./").trim_matches('/');
            let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
            (["", ".js", ".mjs", ".cjs"].map(|ending| format!("{path}{ending}")).to_vec(), name)
        }
        RuntimeFamily::Ruby => {
            let (file, name) = handler.split_once('.')?;
            (vec![format!("{}.rb", file.trim_start_matches("./"))], name)
        }
        RuntimeFamily::Java => {
            let (class, method) = handler.split_once("::")?;
            (vec![format!("{}.class", class.replace('.', "/"))], method)
        }
        RuntimeFamily::Dotnet | RuntimeFamily::Provided => return None,
    };
    let mut there = candidates.into_iter().filter(|candidate| entries.iter().any(|entry| entry.path == *candidate));
    let path = there.next()?;
    there.next().is_none().then(|| Place { family, path, name: name.to_owned() })
}

fn scan(place: &Place, content: &[u8]) -> Scan {
    let name = place.name.as_str();
    if place.family == RuntimeFamily::Java {
        return class_file::scan(content, name);
    }
    let Ok(source) = std::str::from_utf8(content) else { return Scan::NothingAgainst };
    match place.family {
        RuntimeFamily::Python => python::scan(source, name),
        RuntimeFamily::Node => node::scan(source, name),
        RuntimeFamily::Ruby => ruby::scan(source, name),
        RuntimeFamily::Java | RuntimeFamily::Dotnet | RuntimeFamily::Provided => Scan::NothingAgainst,
    }
}
