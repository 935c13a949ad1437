//! `examples/languages`: one function for each language, built by its own tool, deployed to the embedded Lambda and called;
//! and the same artifacts, byte for byte, wherever and however they are built.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::support::{Project, Run, need, shipway, with_test_tools};

const EXAMPLE: &str = "examples/languages";

/// What the example's functions are built with. CONTRIBUTING.md says where each comes from.
const TOOLS: &[&str] =
    &["git", "python3", "uv|pip|pip3", "node", "npm", "java", "mvn", "gradle", "go", "cargo", "ruby", "bundle"];

fn functions() -> Vec<String> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(EXAMPLE).join("shipway.toml"))
            .expect("the example has a configuration");
    let names = text.lines().filter_map(|line| line.strip_prefix("[functions.")?.strip_suffix(']'));
    names.map(str::to_owned).collect()
}

#[test]
fn a_function_in_every_language_is_deployed_and_called() {
    need(TOOLS);
    let project = Project::copy_of(EXAMPLE);
    let run = |arguments: &[&str]| Run::of(with_test_tools(shipway(project.path()).args(arguments)));
    let deployed = run(&["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    let outcomes = deployed["functions"].as_array().expect("a list of functions");
    let functions = functions();
    assert!(functions.len() >= 9, "{functions:?}");
    assert_eq!(outcomes.len(), functions.len());
    for function in &functions {
        let outcome = outcomes.iter().find(|outcome| outcome["function"] == function.as_str());
        assert_eq!(outcome.expect("every function has an outcome")["outcome"], "deployed", "{function}");
        let payload = format!("@events/{function}.json");
        let answer = run(&["invoke", "--env", "local", function, "--payload", &payload]).expect(0).json();
        let expected = fs::read_to_string(project.path().join(format!("answers/{function}.json")));
        let expected: Value = serde_json::from_str(&expected.expect("every function has an answer")).expect("JSON");
        assert_eq!(answer, expected, "{function}");
    }
    let again = run(&["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    for outcome in again["functions"].as_array().expect("a list of functions") {
        assert_eq!(outcome["outcome"], "unchanged", "{outcome}");
    }
}

/// An environment in AWS, which nobody calls when functions are only built.
const DEVELOPMENT: &str = "\n[environments.development]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\n\
                           store = \"s3://artifacts/shipway\"\n";

/// A place and a way to build, all of which must not matter.
struct Circumstances {
    /// What the clone's folder is called.
    folder: &'static str,
    umask: &'static str,
    time_zone: &'static str,
    language: &'static str,
    threads: &'static str,
    /// How long ago every file was changed.
    age: Duration,
}

const CIRCUMSTANCES: [Circumstances; 3] = [
    Circumstances {
        folder: "a",
        umask: "022",
        time_zone: "UTC",
        language: "C.UTF-8",
        threads: "1",
        age: Duration::from_secs(60),
    },
    Circumstances {
        folder: "another/and a longer place",
        umask: "077",
        time_zone: "Asia/Kolkata",
        language: "de_DE.UTF-8",
        threads: "2",
        age: Duration::from_hours(24 * 400),
    },
    Circumstances {
        folder: "b",
        umask: "027",
        time_zone: "America/St_Johns",
        language: "POSIX",
        threads: "7",
        age: Duration::from_hours(5),
    },
];

/// A copy of the example in a folder of that name, with its files' times set back.
fn clone(into: &TempDir, circumstances: &Circumstances, configuration: impl FnOnce(String) -> String) -> PathBuf {
    let example = Project::copy_of(EXAMPLE);
    let file = example.path().join("shipway.toml");
    let text = fs::read_to_string(&file).expect("a configuration") + DEVELOPMENT;
    fs::write(&file, configuration(text)).expect("a configuration");
    let folder = into.path().join(circumstances.folder);
    fs::create_dir_all(&folder).expect("a folder");
    crate::support::copy_folder(example.path(), &folder);
    set_back(&folder, SystemTime::now() - circumstances.age);
    folder
}

fn set_back(folder: &Path, time: SystemTime) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            set_back(&path, time);
        } else if path.is_file() {
            File::options().append(true).open(&path).and_then(|file| file.set_modified(time)).expect("a time");
        }
    }
}

/// Builds these functions (all if none is named): the zips, by function.
fn build(
    clone: &Path,
    circumstances: &Circumstances,
    functions: &[&str],
    caches: Option<&Path>,
) -> BTreeMap<String, PathBuf> {
    let mut arguments = vec!["build", "--env", "development", "--format", "json"];
    arguments.extend(functions);
    let shipway = shipway(clone);
    // A umask is the shell's to set.
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("umask {} && exec \"$0\" \"$@\"", circumstances.umask)])
        .arg(shipway.get_program())
        .args(shipway.get_args())
        .args(arguments)
        .env_clear()
        .envs(shipway.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TZ", circumstances.time_zone)
        .env("LANG", circumstances.language)
        .env("LC_ALL", circumstances.language)
        .env("SHIPWAY_THREADS", circumstances.threads);
    if let Some(caches) = caches {
        command.env("PIP_CACHE_DIR", caches.join("pip")).env("UV_CACHE_DIR", caches.join("uv"));
    }
    let answer = Run::of(with_test_tools(&mut command)).expect(0).json();
    let built = answer["functions"].as_array().expect("a list of functions").iter().map(|function| {
        let text = |key: &str| function[key].as_str().unwrap_or_else(|| panic!("{function}")).to_owned();
        (text("function"), PathBuf::from(text("file")))
    });
    built.collect()
}

#[test]
fn the_same_artifacts_come_of_other_clones_umasks_zones_languages_and_threads() {
    need(TOOLS);
    let folder = TempDir::new().expect("a temporary folder");
    let builds = CIRCUMSTANCES.each_ref().map(|circumstances| {
        let clone = clone(&folder, circumstances, |text| text);
        build(&clone, circumstances, &[], None)
    });
    let [first, others @ ..] = &builds;
    assert_eq!(first.keys().cloned().collect::<Vec<_>>(), sorted(functions()));
    for other in others {
        for (function, zip) in first {
            let (expected, found) = (fs::read(zip).expect("a zip"), fs::read(&other[function]).expect("a zip"));
            assert!(expected == found, "{function}: {}", difference(zip, &other[function]));
        }
    }
}

#[test]
fn the_same_artifact_comes_of_other_caches_of_the_tools() {
    need(TOOLS);
    let folder = TempDir::new().expect("a temporary folder");
    let zips = CIRCUMSTANCES[..2].iter().map(|circumstances| {
        let clone = clone(&folder, circumstances, |text| text);
        let caches = TempDir::new().expect("a temporary folder");
        fs::read(&build(&clone, circumstances, &["python"], Some(caches.path()))["python"]).expect("a zip")
    });
    let zips: Vec<Vec<u8>> = zips.collect();
    assert!(zips[0] == zips[1], "Python's package depends on what its installer had in its cache");
}

/// `EM_AARCH64`. Source: ELF for the Arm 64-bit Architecture.
const AARCH64: u16 = 183;

#[test]
fn every_native_file_for_arm64_is_one() {
    need(TOOLS);
    let folder = TempDir::new().expect("a temporary folder");
    let for_arm = ["python", "go"];
    let clone = clone(&folder, &CIRCUMSTANCES[0], |text| {
        for_arm.iter().fold(text, |text, function| {
            let section = format!("[functions.{function}]\n");
            text.replace(&section, &format!("{section}architecture = \"arm64\"\n"))
        })
    });
    for (function, zip) in build(&clone, &CIRCUMSTANCES[0], &for_arm, None) {
        let machines = elf_machines(&zip);
        assert!(!machines.is_empty(), "{function} has no native file");
        for (path, machine) in machines {
            assert_eq!(machine, AARCH64, "{function}: {path}");
        }
    }
}

/// The machine of every ELF file in a zip, by path.
fn elf_machines(zip: &Path) -> BTreeMap<String, u16> {
    let mut archive = ZipArchive::new(File::open(zip).expect("a zip")).expect("a zip");
    let mut machines = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut beginning = [0; 20];
        if entry.read_exact(&mut beginning).is_ok() && beginning.starts_with(b"\x7fELF") {
            machines.insert(name_of(&entry), u16::from_le_bytes([beginning[18], beginning[19]]));
        }
    }
    machines
}

fn name_of(entry: &zip::read::ZipFile<'_, File>) -> String {
    entry.name().expect("a name in UTF-8").into_owned()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// Which entries differ, for whoever has to find out why.
fn difference(one: &Path, other: &Path) -> String {
    let contents = |zip: &Path| -> BTreeMap<String, (u32, Option<u32>)> {
        let mut archive = ZipArchive::new(File::open(zip).expect("a zip")).expect("a zip");
        let entries = (0..archive.len()).map(|index| {
            let entry = archive.by_index(index).expect("an entry");
            (name_of(&entry), (entry.crc32(), entry.unix_mode()))
        });
        entries.collect()
    };
    let (one, other) = (contents(one), contents(other));
    let names: Vec<&String> =
        one.keys().chain(other.keys()).filter(|name| one.get(*name) != other.get(*name)).collect();
    format!("they differ in {names:?}")
}
