//! Asks a program what it is: which version of which language, and where it really lies. Decides nothing.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::runtime::Runtime;

const PROBE_TIME: Duration = Duration::from_secs(10);

/// Prints version and path, in a form that is the same for all languages but Java.
const PYTHON_PROBE: [&str; 3] = [
    "-I",
    "-c",
    "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(getattr(sys, '_base_executable', sys.executable))",
];
const NODE_PROBE: [&str; 2] = ["-p", "process.versions.node + '\\n' + process.execPath"];
const RUBY_PROBE: [&str; 4] = ["--disable=gems", "-rrbconfig", "-e", "puts RUBY_VERSION, RbConfig.ruby"];

/// Prints all that the machine knows about itself on its standard error.
const JAVA_PROBE: [&str; 2] = ["-XshowSettings:properties", "-version"];

/// A program's own words about itself.
pub(super) struct Probed {
    pub(super) version: (u32, u32),
    pub(super) text: String,
    pub(super) program: PathBuf,
}

/// Runs a program to see what it is. It gets this process's variables: it was found by them.
pub(super) async fn probe(program: &Path, runtime: Runtime) -> Option<Probed> {
    let arguments: &[&str] = match runtime {
        Runtime::Python { .. } => &PYTHON_PROBE,
        Runtime::Node { .. } => &NODE_PROBE,
        Runtime::Java { .. } => &JAVA_PROBE,
        Runtime::Ruby { .. } => &RUBY_PROBE,
        Runtime::Provided => return None,
    };
    let is_java = matches!(runtime, Runtime::Java { .. });
    let output = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(if is_java { Stdio::piped() } else { Stdio::null() })
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PROBE_TIME, output).await.ok()?.ok()?;
    if !output.status.success() {
        return None;
    }
    if is_java {
        return read_java(&String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout).ok()?;
    let (version, path) = text.trim().split_once('\n')?;
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let path = PathBuf::from(path.trim());
    path.is_absolute().then(|| Probed { version: (major, minor), text: version.to_owned(), program: path })
}

/// Reads `name = value` lines. The version of the specification is `1.8` for Java 8 and one number from 9 on.
fn read_java(text: &str) -> Option<Probed> {
    let property = |wanted: &str| {
        text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().to_owned())
        })
    };
    let specification = property("java.specification.version")?;
    let major = specification.strip_prefix("1.").unwrap_or(&specification).parse().ok()?;
    let program = PathBuf::from(property("java.home")?).join("bin/java");
    program.is_absolute().then(|| Probed {
        version: (major, 0),
        text: property("java.version").unwrap_or(specification),
        program,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_says_what_it_is_in_two_ways() {
        let new = "Property settings:\n    java.home = /usr/lib/jvm/17\n    java.specification.version = 17\n    \
                   java.version = 17.0.15\n\nopenjdk version \"17.0.15\"\n";
        let read = read_java(new).unwrap();
        assert_eq!((read.version, read.text.as_str()), ((17, 0), "17.0.15"));
        assert_eq!(read.program, Path::new("/usr/lib/jvm/17/bin/java"));
        let old = "java.home = /opt/jre\njava.specification.version = 1.8\njava.version = 1.8.0_402\n";
        let read = read_java(old).unwrap();
        assert_eq!((read.version, read.text.as_str()), ((8, 0), "1.8.0_402"));
        assert!(read_java("no such option\n").is_none());
    }
}
