//! Packages a folder from the command line, so that packaging alone can be measured and compared with other archivers.
//!
//! ```text
//! package_folder FOLDER OUTPUT.zip [--threads N] [--cache CACHE_FOLDER]
//! ```
//!
//! Prints one line of JSON: the zip's SHA-256, its size, the size of its content, the number of files. `--threads` is the
//! number of the machine's processors if it is not given. With `--cache`, the folder (made if need be) remembers what went
//! into OUTPUT.zip, and the next run reads and compresses only what changed. No configuration, no excludes: what is not left
//! out by default goes in.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own, which has no other output")]

use std::error::Error;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shipway_package::{Package, PackageRequest, Repackaged, Tree, package, package_again};

const USAGE: &str = "usage: package_folder FOLDER OUTPUT.zip [--threads N] [--cache CACHE_FOLDER]";

struct Arguments {
    folder: PathBuf,
    output: PathBuf,
    threads: NonZeroUsize,
    cache: Option<PathBuf>,
}

fn main() -> ExitCode {
    match read_arguments(std::env::args_os().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read_arguments(mut given: impl Iterator<Item = OsString>) -> Result<Arguments, Box<dyn Error>> {
    let (mut paths, mut cache) = (Vec::new(), None);
    let mut threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--threads") => threads = given.next().and_then(|it| it.to_str()?.parse().ok()).ok_or(USAGE)?,
            Some("--cache") => cache = Some(PathBuf::from(given.next().ok_or(USAGE)?)),
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let [folder, output] = <[PathBuf; 2]>::try_from(paths).map_err(|_| USAGE)?;
    Ok(Arguments { folder, output, threads, cache })
}

fn run(arguments: &Arguments) -> Result<String, Box<dyn Error>> {
    let Arguments { folder, output, threads, cache } = arguments;
    let tree = Tree { root: folder, exclude: &[], allow: &[], dependency_roots: &[] };
    let request = PackageRequest { tree, threads: *threads, output };
    let made = match cache {
        Some(cache) => package_with(&request, cache)?,
        None => package(&request)?,
    };
    Ok(format!(
        "{{\"sha256\":\"{}\",\"zip_bytes\":{},\"unzipped_bytes\":{},\"files\":{}}}",
        made.zip_sha256,
        made.zip_bytes,
        made.unzipped_bytes,
        made.entries.len()
    ))
}

fn package_with(request: &PackageRequest<'_>, cache: &Path) -> Result<Package, Box<dyn Error>> {
    std::fs::create_dir_all(cache)?;
    match package_again(request, &cache.join("package.memory"))? {
        Repackaged::Kept { package, zip } => {
            if zip != std::path::absolute(request.output)? {
                std::fs::copy(zip, request.output)?;
            }
            Ok(package)
        }
        Repackaged::Made { package, memory } => {
            memory.keep(request.output)?;
            Ok(package)
        }
    }
}
