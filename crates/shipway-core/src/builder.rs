//! What turns a function's inputs into a tree of files: one builder for each language, each with the settings that
//! change what it makes. Settings are part of every source digest. Nothing here builds, or knows a tool.

use serde::{Deserialize, Serialize};

/// What turns a function's inputs into a tree of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Builder {
    /// `uv` or `pip`, from a lock file, requirements or `pyproject.toml`.
    Python(PythonSettings),
    /// `npm`, `pnpm` or Yarn, from `package.json` and its lock file; `esbuild` where a bundle is asked for.
    Node(NodeSettings),
    /// Maven or Gradle.
    Java(JavaSettings),
    /// The `go` command.
    Go(GoSettings),
    /// Cargo.
    Rust(RustSettings),
    /// Bundler.
    Ruby,
    /// The user's own command.
    Command {
        /// Program and arguments; run in the scratch copy of the function's folder.
        command: Vec<String>,
        /// The folder it fills, relative to the function's.
        output: String,
    },
    /// Nothing: a folder, zip or jar that is there already.
    Prebuilt {
        /// Where it is, relative to the function's folder.
        path: String,
    },
}

impl Builder {
    /// The builder's name, as in the configuration.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Python(_) => "python",
            Self::Node(_) => "node",
            Self::Java(_) => "java",
            Self::Go(_) => "go",
            Self::Rust(_) => "rust",
            Self::Ruby => "ruby",
            Self::Command { .. } => "command",
            Self::Prebuilt { .. } => "prebuilt",
        }
    }
}

/// How a Python function is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PythonSettings {
    /// The requirements file, relative to the function's folder, when not the usual one.
    pub requirements: Option<String>,
    /// What becomes of packages that the runtime brings.
    pub runtime_packages: RuntimePackages,
    /// `package.module:function`, where the package is to have a root module that calls it, so that the handler that
    /// provisioning knows never changes.
    pub entry_point: Option<String>,
}

/// What becomes of packages that the runtime brings (for Python `boto3` and what it needs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimePackages {
    /// They are packed when they are required: the runtime's own version changes when AWS likes.
    #[default]
    Pack,
    /// They are left out, and the runtime's own are used.
    LeaveOut,
}

/// How a Node function is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NodeSettings {
    /// One file of the function and its dependencies, made by esbuild; otherwise `node_modules` is packed.
    pub bundle: Option<BundleSettings>,
}

/// How a bundle is made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BundleSettings {
    /// The file to begin with, relative to the function's folder; by default what the handler names.
    pub entry: Option<String>,
    /// Packages that stay outside of the bundle.
    pub external: Vec<String>,
}

/// How a Java function is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct JavaSettings {
    /// One jar with everything in it, which the build makes, relative to the function's folder; otherwise classes go to
    /// the package's root and dependencies to `lib/`.
    pub jar: Option<String>,
}

/// How a Go function is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GoSettings {
    /// The main package, relative to the function's folder; by default the folder itself.
    pub package: Option<String>,
    /// Further files that go into the package: globs relative to the function's folder.
    pub assets: Vec<String>,
}

/// How a Rust function is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RustSettings {
    /// The binary target, where the package has several.
    pub binary: Option<String>,
    /// Cargo features to build with.
    pub features: Vec<String>,
    /// Further files that go into the package: globs relative to the function's folder.
    pub assets: Vec<String>,
}
