//! Lambda's own Java client of the Runtime API: fetched once with the machine's Maven, checked by its digests, kept.
//!
//! The jars come from wherever the user's Maven gets its artifacts (Maven Central, or the mirror in `settings.xml`). Only
//! these bytes are ever used: a jar of another digest is refused. What is kept is a folder named after the version,
//! which appears whole or not at all; one process at a time fetches.
//!
//! The client's native part is unpacked here, since the client would unpack it to one fixed file in `/tmp` for all
//! processes of the machine.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::time::Instant;

use super::environment::private_folder;
use super::log::Capture;
use super::process::{Life, Process, Start};
use super::settings::ExecutorSettings;
use crate::supervisor::End;

/// How long Maven may take, and how long another process that fetches is waited for.
const FETCH_TIME: Duration = Duration::from_secs(180);
const LOCK_INTERVAL: Duration = Duration::from_millis(50);
const MAXIMUM_OUTPUT_BYTES: usize = 16 * 1024;

/// `com.amazonaws:aws-lambda-java-runtime-interface-client`, Apache-2.0.
const VERSION: &str = "2.10.1";
const GOAL: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/// The client and what it depends on, with the SHA-256 that Maven Central has for each.
const JARS: [(&str, &str); 5] = [
    (
        "aws-lambda-java-runtime-interface-client-2.10.1.jar",
        "b0dd01f45b7258da0e32ade0bff950b12d0cf279ccebf416ad8c3795af21f1db",
    ),
    ("aws-lambda-java-core-1.4.0.jar", "575c24393cc1ad645e83e618956eabd89ffe8cc09efae2cb62bc6589154d68ed"),
    ("aws-lambda-java-serialization-1.2.0.jar", "1513c1f945a3213f916a4b2de1760c97b51d84d110f82bbbcf9cfac53d5651e7"),
    ("annotations-2.34.0.jar", "fafdcb55f4e5af603f5219f4a2b080aa0decb562a7c0944f7a7eca82dd47e487"),
    ("utils-lite-2.34.0.jar", "efaf784f07ae526f0b5c89d71ef21cf16636131c47d44616e3df9bedc3f4f89a"),
];
const NATIVE_PART: &str = "libaws-lambda-jni.so";

/// The client on disk.
#[derive(Debug, Clone)]
pub(super) struct JavaClient {
    /// The client first; order does not matter, since no class is in two of them.
    pub(super) jars: Vec<PathBuf>,
    pub(super) native_part: PathBuf,
    /// What a reader of the function's log should know.
    pub(super) remark: Option<String>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub(super) enum JavaClientError {
    #[error(
        "Lambda's Java client has no native part for {system}: Java functions run locally on Linux, x86_64 and arm64"
    )]
    UnsupportedSystem { system: String },
    #[error(
        "Java functions run by Lambda's own Java client, which Maven fetches once, and `mvn` is not on the PATH: install \
         Maven (Debian and Ubuntu: `apt install maven`, macOS: `brew install maven`)"
    )]
    NoMaven,
    #[error("Maven could not fetch Lambda's Java client {VERSION}: {ending}\n{output}")]
    Failed { ending: String, output: String },
    #[error("Maven delivered {name} with SHA-256 {found} and not {expected}: the mirror it uses changes artifacts")]
    OtherBytes { name: &'static str, found: String, expected: &'static str },
    #[error("could not {attempt}")]
    Local {
        attempt: String,
        #[source]
        source: io::Error,
    },
}

/// Returns the client, fetching it if it is not there.
pub(super) async fn provide(
    settings: &ExecutorSettings,
    supervisor: &Arc<[OsString]>,
) -> Result<JavaClient, JavaClientError> {
    let native_entry = native_entry()?;
    let parent = &settings.java_client;
    std::fs::create_dir_all(parent).map_err(failed("create", parent))?;
    let folder = parent.join(VERSION);
    let lock = lock(parent).await?;
    if is_whole(&folder) {
        return Ok(client(&folder, None));
    }
    let partial = TempDir::new_in(parent).map_err(failed("create a folder in", parent))?;
    fetch(settings, supervisor, partial.path()).await?;
    check(partial.path())?;
    unpack_native_part(partial.path(), native_entry)?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed("remove the damaged", &folder))?;
    }
    std::fs::rename(partial.path(), &folder).map_err(failed("keep the client as", &folder))?;
    drop(lock);
    let remark = format!("Maven fetched Lambda's Java client {VERSION} for this machine, which is done once");
    Ok(client(&folder, Some(remark)))
}

fn client(folder: &Path, remark: Option<String>) -> JavaClient {
    JavaClient {
        jars: JARS.iter().map(|(name, _)| folder.join(name)).collect(),
        native_part: folder.join(NATIVE_PART),
        remark,
    }
}

fn failed(attempt: &str, path: &Path) -> impl FnOnce(io::Error) -> JavaClientError {
    let attempt = format!("{attempt} {}", path.display());
    move |source| JavaClientError::Local { attempt, source }
}

/// Where in the client's jar the native part for this system is. It is for the C library of most systems, glibc.
fn native_entry() -> Result<&'static str, JavaClientError> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("jni/libaws-lambda-jni.linux-x86_64.so"),
        ("linux", "aarch64") => Ok("jni/libaws-lambda-jni.linux-aarch_64.so"),
        (system, architecture) => {
            Err(JavaClientError::UnsupportedSystem { system: format!("{system} on {architecture}") })
        }
    }
}

/// Waits for the right to fetch. It ends with the returned file, or with this process.
async fn lock(parent: &Path) -> Result<File, JavaClientError> {
    let path = parent.join("lock");
    let file = File::create(&path).map_err(failed("open", &path))?;
    let deadline = Instant::now() + FETCH_TIME;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => tokio::time::sleep(LOCK_INTERVAL).await,
            Err(TryLockError::WouldBlock) => {
                return Err(failed("wait any longer for the process that holds", &path)(
                    io::ErrorKind::TimedOut.into(),
                ));
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock", &path)(source)),
        }
    }
}

fn is_whole(folder: &Path) -> bool {
    folder.join(NATIVE_PART).is_file() && check(folder).is_ok()
}

/// Holds every jar against its digest.
fn check(folder: &Path) -> Result<(), JavaClientError> {
    for (name, expected) in JARS {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(failed("read", &path))?;
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != expected {
            return Err(JavaClientError::OtherBytes { name, found, expected });
        }
    }
    Ok(())
}

fn unpack_native_part(folder: &Path, entry: &str) -> Result<(), JavaClientError> {
    let jar = folder.join(JARS[0].0);
    let unpack = || -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(File::open(&jar)?)?;
        let mut target = File::create(folder.join(NATIVE_PART))?;
        io::copy(&mut archive.by_name(entry)?, &mut target)?;
        target.flush()
    };
    unpack().map_err(failed(&format!("unpack {entry} from"), &jar))
}

/// Has Maven put the jars into `target`. It runs like a function does, under a supervisor: so it ends with this process.
async fn fetch(
    settings: &ExecutorSettings,
    supervisor: &Arc<[OsString]>,
    target: &Path,
) -> Result<(), JavaClientError> {
    let maven = std::env::split_paths(&settings.search_path)
        .map(|folder| folder.join("mvn"))
        .find(|program| program.is_absolute() && program.is_file())
        .ok_or(JavaClientError::NoMaven)?;
    let scratch = &settings.scratch;
    let private_folder = private_folder(scratch).map_err(failed("create a folder in", scratch))?;
    let description = private_folder.path().join("pom.xml");
    std::fs::write(&description, project()).map_err(failed("write", &description))?;
    let mut environment = settings.tool_environment.clone();
    environment.insert("PATH".into(), settings.search_path.clone());
    let mut output_folder = OsString::from("-DoutputDirectory=");
    output_folder.push(target);
    let start = Start {
        supervisor: Arc::clone(supervisor),
        program: maven.clone(),
        arguments: vec!["-B".into(), "-q".into(), "-f".into(), description.into(), GOAL.into(), output_folder],
        folder: private_folder.path().to_owned(),
        environment: environment.into_iter().collect(),
        private_folder,
    };
    let (mut process, output) = Process::start(start, ()).await.map_err(failed("start", &maven))?;
    let capture = Arc::new(Capture::new(output, MAXIMUM_OUTPUT_BYTES).map_err(failed("read the output of", &maven))?);
    let followed = Arc::clone(&capture);
    let follower = tokio::spawn(async move { followed.follow().await });
    let in_time = tokio::time::timeout(FETCH_TIME, process.over()).await;
    let life = process.end().await;
    let ending = match (in_time, life) {
        (Ok(_), Life::Ended { end: End::Exit { status: 0 }, .. }) => None,
        (Ok(_), Life::Ended { end: End::Exit { status }, .. }) => Some(format!("it ended with status {status}")),
        (Ok(_), Life::NotStarted { os_error }) => Some(io::Error::from_raw_os_error(os_error).to_string()),
        (Ok(_), _) => Some("it was ended from outside".to_owned()),
        (Err(_), _) => Some(format!("it took more than {} s", FETCH_TIME.as_secs())),
    };
    let output = String::from_utf8_lossy(&capture.take()).trim().to_owned();
    follower.abort();
    match ending {
        None => Ok(()),
        Some(ending) => Err(JavaClientError::Failed { ending, output }),
    }
}

/// A project with one dependency.
fn project() -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n\
         <modelVersion>4.0.0</modelVersion>\n\
         <groupId>shipway.local</groupId><artifactId>java-client</artifactId><version>1</version>\n\
         <packaging>pom</packaging>\n\
         <dependencies><dependency><groupId>com.amazonaws</groupId>\
         <artifactId>aws-lambda-java-runtime-interface-client</artifactId><version>{VERSION}</version>\
         </dependency></dependencies>\n\
         </project>\n"
    )
}
