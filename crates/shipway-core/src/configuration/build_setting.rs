//! `build`, and the sections with settings for one language each: `python = { … }`, `rust = { … }`.
//!
//! A section is for one builder alone and chooses it; what they come to is settled in `resolve_builder`.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::paths::{PathPattern, RelativePath};
use super::problem::{ProblemCode, nearest};
use super::reader::Located;
use super::reader::{Optional, Place, Reading, Setting, section};
use super::texts::{CargoName, PackageName};
use super::values::CommandLine;
use crate::builder::RuntimePackages;

section! {
    planned []
    /// Settings for a Python function.
    struct PythonSection {
        /// The file with the requirements, relative to the function's folder. Default: `uv.lock`, `poetry.lock`,
        /// `requirements.txt` or what `pyproject.toml` or `setup.py` says, whichever is there first.
        requirements: Optional<RelativePath>,
        /// What becomes of packages that the runtime brings (`boto3` and what it needs): `"pack"` (the default: the
        /// runtime's own version changes when AWS likes) or `"leave-out"`.
        runtime_packages: Optional<RuntimePackages>,
    }
}

section! {
    planned []
    /// Settings for a Node function.
    struct NodeSection {
        /// Makes one file of the function and its dependencies with esbuild, and a source map: `true`, or a table with
        /// settings. TypeScript needs nothing else. Default: `node_modules` is packed as it is.
        bundle: Optional<BundleSetting>,
    }
}

section! {
    planned []
    /// How a bundle is made.
    struct BundleSection {
        /// The file to begin with, relative to the function's folder. Default: the file that the handler names.
        entry: Optional<RelativePath>,
        /// Packages that stay outside of the bundle and are packed in `node_modules`: those with native code, say.
        external: Optional<Vec<PackageName>>,
    }
}

section! {
    planned []
    /// Settings for a Java function.
    struct JavaSection {
        /// One jar with everything in it that the build makes, relative to the function's folder, such as
        /// `target/app-all.jar`. Default: classes at the package's root and dependencies in `lib/`.
        jar: Optional<RelativePath>,
    }
}

section! {
    planned []
    /// Settings for a Go function.
    struct GoSection {
        /// The main package, relative to the function's folder, such as `cmd/api`. Default: the folder itself.
        package: Optional<RelativePath>,
        /// Further files that go into the package: paths and globs relative to the function's folder. What the program
        /// embeds itself need not be named.
        assets: Optional<Vec<PathPattern>>,
    }
}

section! {
    planned []
    /// Settings for a Rust function.
    struct RustSection {
        /// The binary target, where the package has several.
        binary: Optional<CargoName>,
        /// Cargo features to build with.
        features: Optional<Vec<CargoName>>,
        /// Further files that go into the package: paths and globs relative to the function's folder.
        assets: Optional<Vec<PathPattern>>,
    }
}

section! {
    planned []
    /// A build by a command of your own. It runs in a copy of the inputs, in the function's folder there.
    struct CommandBuild {
        /// The program and its arguments. There is no shell in between.
        command: Located<CommandLine>,
        /// The folder, zip or jar that the command makes, relative to the function's folder.
        output: Located<RelativePath>,
    }
}

section! {
    planned []
    /// A function that something else has built.
    struct PrebuiltBuild {
        /// The folder, zip or jar, relative to the function's folder.
        prebuilt: Located<RelativePath>,
    }
}

/// A language with a builder of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Node,
    Java,
    Go,
    Rust,
    Ruby,
}

impl Language {
    const ALL: [Self; 6] = [Self::Python, Self::Node, Self::Java, Self::Go, Self::Rust, Self::Ruby];

    /// Its word in the file: what `build` says, and the key of its section.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Java => "java",
            Self::Go => "go",
            Self::Rust => "rust",
            Self::Ruby => "ruby",
        }
    }
}

/// `build`: a word or a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum BuildSetting {
    Auto,
    Language(Language),
    Command(CommandBuild),
    Prebuilt(PrebuiltBuild),
}

const AUTO: &str = "auto";
const BUILD_TABLES: &str =
    "a build of your own is `{ command = [\"make\", \"package\"], output = \"dist\" }` or `{ prebuilt = \"dist\" }`";

fn words() -> impl Iterator<Item = &'static str> {
    std::iter::once(AUTO).chain(Language::ALL.map(Language::word))
}

impl Setting for BuildSetting {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        match value {
            DeValue::String(word) if word == AUTO => Some(Self::Auto),
            DeValue::String(word) => {
                let language = Language::ALL.into_iter().find(|language| language.word() == word);
                if language.is_none() {
                    let known: Vec<String> = words().map(|word| format!("`{word}`")).collect();
                    let message = format!("`{word}` is no builder: they are {}", known.join(", "));
                    let hint = nearest(word, words())
                        .map_or_else(|| BUILD_TABLES.to_owned(), |near| format!("did you mean `{near}`?"));
                    reading.invalid(place, ProblemCode::InvalidValue, message, Some(hint));
                }
                language.map(Self::Language)
            }
            DeValue::Table(table) if table.contains_key("prebuilt") => {
                PrebuiltBuild::read(value, place, reading).map(Self::Prebuilt)
            }
            DeValue::Table(_) => CommandBuild::read(value, place, reading).map(Self::Command),
            _ => {
                reading.wrong_type(place, "a builder's name or a table", value);
                None
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let command = generator.subschema_for::<CommandBuild>();
        let prebuilt = generator.subschema_for::<PrebuiltBuild>();
        json_schema!({ "anyOf": [{ "enum": words().collect::<Vec<_>>() }, command, prebuilt] })
    }
}

/// `bundle`: `true`, `false` or a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum BundleSetting {
    Off,
    On,
    With(BundleSection),
}

impl Setting for BundleSetting {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        match value {
            DeValue::Boolean(true) => Some(Self::On),
            DeValue::Boolean(false) => Some(Self::Off),
            DeValue::Table(_) => BundleSection::read(value, place, reading).map(Self::With),
            _ => {
                reading.wrong_type(place, "`true`, `false` or a table", value);
                None
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let section = generator.subschema_for::<BundleSection>();
        json_schema!({ "anyOf": [{ "type": "boolean" }, section] })
    }
}
