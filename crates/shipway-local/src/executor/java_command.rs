//! How a Java function is started: the machine's options as Lambda sets them, and whether this Java can load the handler.
//!
//! The client finds the function by itself, as it does on AWS: in the folder in which it is started, then in that folder's
//! `lib/*.jar` in alphabetical order. It looks for layers in `/opt/java/lib` and nowhere else, so that the layers' jars are
//! on the class path with the client: unlike on AWS, what is in one comes before the function's own class of that name.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
use super::invocation::Invocation;
use super::java_client::JavaClient;
use super::layers::{Layers, joined};

const MAIN_CLASS: &str = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
const NATIVE_PART: &str = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

/// The version of a class file is this much more than that of the Java it is for.
const CLASS_FILE_OFFSET: u16 = 44;

/// The handler needs a newer Java than there is.
#[derive(Debug, thiserror::Error)]
#[error(
    "the class {class} was compiled for Java {needed}, and the newest Java on this machine's PATH is {found}: install a \
     JDK {needed} or newer, or compile for an older release"
)]
pub(super) struct TooNew {
    class: String,
    needed: u16,
    found: String,
}

/// Arguments for `java`. The options are those that Lambda's Java 17 was seen to be started with, but for the ones
/// that name files of Lambda's own.
pub(super) fn arguments(
    client: &JavaClient,
    invocation: &Invocation,
    major: u32,
    private_folder: &Path,
) -> Vec<OsString> {
    // 85 %: 445645 KiB of 512 MiB on AWS.
    let heap = u64::from(invocation.memory_megabytes) * 1024 * 85 / 100;
    let mut all: Vec<OsString> = vec![
        // Not every Java knows every option.
        "-XX:+IgnoreUnrecognizedVMOptions".into(),
        format!("-XX:MaxHeapSize={heap}k").into(),
        "-XX:+UseSerialGC".into(),
        "-XX:+TieredCompilation".into(),
        "-XX:TieredStopAtLevel=1".into(),
        "-XX:+ErrorFileToStderr".into(),
        // Neither the machine's /tmp nor the package's folder is written to.
        "-XX:-UsePerfData".into(),
        with_path("-XX:ErrorFile=", &private_folder.join("java-error.log")),
        with_path("-Djava.io.tmpdir=", private_folder),
        with_path("-Duser.home=", private_folder),
        "-Djava.net.preferIPv4Stack=true".into(),
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac".into(),
        // The stated locale may be missing on this machine; on AWS it is UTF-8.
        "-Dfile.encoding=UTF-8".into(),
        with_path(&format!("-D{NATIVE_PART}="), &client.native_part),
    ];
    if major >= 9 {
        all.push("--add-opens=java.base/java.io=ALL-UNNAMED".into());
    }
    all.push("-classpath".into());
    all.push(joined(client.jars.iter().cloned().chain(layer_jars(invocation))));
    all.push(MAIN_CLASS.into());
    all.push(invocation.handler.clone().into());
    all
}

fn with_path(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

/// Refuses a handler whose class file is too new for this Java. What cannot be read or found is left to the client,
/// which has its own words for it.
pub(super) fn check_class_version(interpreter: &Interpreter, invocation: &Invocation) -> Result<(), TooNew> {
    let class = invocation.handler.split("::").next().unwrap_or_default();
    let Some(version) = class_file_version(invocation, class) else { return Ok(()) };
    let needed = version.saturating_sub(CLASS_FILE_OFFSET);
    if u32::from(needed) <= interpreter.release.0 {
        return Ok(());
    }
    Err(TooNew { class: class.to_owned(), needed, found: interpreter.version.clone() })
}

/// The major version in the class's file: in a layer's jar, at the root, or else in the first jar that has the class.
fn class_file_version(invocation: &Invocation, class: &str) -> Option<u16> {
    let name = format!("{}.class", class.replace('.', "/"));
    let in_jar = |jar: PathBuf| {
        let mut archive = zip::ZipArchive::new(File::open(jar).ok()?).ok()?;
        version_of(&mut archive.by_name(&name).ok()?)
    };
    if let Some(version) = layer_jars(invocation).into_iter().find_map(in_jar) {
        return Some(version);
    }
    if let Ok(mut file) = File::open(invocation.code_folder.join(&name)) {
        return version_of(&mut file);
    }
    jars(&invocation.code_folder.join("lib")).into_iter().find_map(in_jar)
}

/// What `/opt/java/lib/*.jar` would be, in alphabetical order: of two jars with one name the later layer's.
fn layer_jars(invocation: &Invocation) -> Vec<PathBuf> {
    let later_first = Layers::of(invocation).below(&["java/lib"]);
    let mut found = BTreeMap::new();
    for jar in later_first.iter().flat_map(|folder| jars(folder)) {
        found.entry(jar.file_name().map(OsStr::to_owned)).or_insert(jar);
    }
    found.into_values().collect()
}

fn jars(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut jars: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "jar")).collect();
    jars.sort();
    jars
}

/// Magic number, minor version, major version.
fn version_of(file: &mut impl io::Read) -> Option<u16> {
    let mut beginning = [0; 8];
    file.read_exact(&mut beginning).ok()?;
    let [0xca, 0xfe, 0xba, 0xbe, _, _, high, low] = beginning else { return None };
    Some(u16::from_be_bytes([high, low]))
}
