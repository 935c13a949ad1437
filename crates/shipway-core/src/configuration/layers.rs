//! Which layer a setting comes from: flags over environment variables over the file over defaults.
//!
//! The layers are values; reading arguments and the environment is the command line's business. Defaults
//! live in `resolve` and here, never in the argument parser, where they would win over the file.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use super::problem::{Problem, ProblemCode, Problems, nearest};
use super::variables::EnvironmentVariable;
use crate::names::InvalidName;

/// What the command line's flags say, as text. `None` where a flag was not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--env`
    pub environment: Option<String>,
    /// `--store`
    pub store: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--profile`
    pub profile: Option<String>,
    /// `--role-arn`
    pub role_arn: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--format`
    pub format: Option<String>,
    /// `--concurrency`
    pub concurrency: Option<String>,
}

/// Everything above the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// The command line's flags.
    pub flags: Flags,
    /// The process's environment; only the names in [`EnvironmentVariable::ALL`] are read, and an empty value
    /// is none.
    pub environment_variables: BTreeMap<String, String>,
    /// The branch that decides when nothing names an environment: the caller gives it in CI alone.
    pub branch: Option<String>,
    /// Where the command was typed.
    pub place: Place,
}

/// Where a command runs, as far as it decides what needs no saying.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Nobody watches: what nobody named is nothing.
    #[default]
    ContinuousIntegration,
    /// Somebody's own machine, where `local` needs no naming.
    Laptop,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nothing says so: this is how Shipway behaves.
    Default,
    /// The configuration file.
    File {
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable, by name.
    Variable(&'static str),
    /// A flag, with its dashes.
    Flag(&'static str),
    /// The branch that CI builds, by a pattern of the environment's `branches`.
    Branch {
        /// The branch.
        branch: String,
        /// The pattern that matched it.
        pattern: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { line } => write!(formatter, "line {line}"),
            Self::Variable(name) => write!(formatter, "environment variable {name}"),
            Self::Flag(name) => write!(formatter, "flag {name}"),
            Self::Branch { branch, pattern } => write!(formatter, "branch {branch} matches `{pattern}`"),
        }
    }
}

/// A setting that flags and environment variables can give.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayeredSetting {
    pub(super) flag: &'static str,
    from_flags: fn(&Flags) -> Option<&String>,
    variables: &'static [EnvironmentVariable],
}

use EnvironmentVariable as Variable;

pub(super) const ENVIRONMENT: LayeredSetting = LayeredSetting {
    flag: "--env",
    from_flags: |flags| flags.environment.as_ref(),
    variables: &[Variable::SHIPWAY_ENV],
};
pub(super) const STORE: LayeredSetting =
    LayeredSetting { flag: "--store", from_flags: |flags| flags.store.as_ref(), variables: &[Variable::SHIPWAY_STORE] };
pub(super) const REGION: LayeredSetting = LayeredSetting {
    flag: "--region",
    from_flags: |flags| flags.region.as_ref(),
    variables: &[Variable::SHIPWAY_REGION, Variable::AWS_REGION, Variable::AWS_DEFAULT_REGION],
};
/// Of a local environment, which is nowhere in AWS: variables for AWS do not move it.
pub(super) const LOCAL_REGION: LayeredSetting = LayeredSetting { variables: &[Variable::SHIPWAY_REGION], ..REGION };
pub(super) const PROFILE: LayeredSetting = LayeredSetting {
    flag: "--profile",
    from_flags: |flags| flags.profile.as_ref(),
    variables: &[Variable::AWS_PROFILE],
};
pub(super) const ROLE_ARN: LayeredSetting = LayeredSetting {
    flag: "--role-arn",
    from_flags: |flags| flags.role_arn.as_ref(),
    variables: &[Variable::SHIPWAY_ROLE_ARN],
};
pub(super) const ENDPOINT_URL: LayeredSetting = LayeredSetting {
    flag: "--endpoint-url",
    from_flags: |flags| flags.endpoint_url.as_ref(),
    variables: &[Variable::AWS_ENDPOINT_URL],
};
const FORMAT: LayeredSetting = LayeredSetting {
    flag: "--format",
    from_flags: |flags| flags.format.as_ref(),
    variables: &[Variable::SHIPWAY_FORMAT],
};
const CONCURRENCY: LayeredSetting = LayeredSetting {
    flag: "--concurrency",
    from_flags: |flags| flags.concurrency.as_ref(),
    variables: &[Variable::SHIPWAY_CONCURRENCY],
};

/// Nobody needs a flag for it: packages do not depend on it.
const THREADS: LayeredSetting =
    LayeredSetting { flag: "", from_flags: |_| None, variables: &[Variable::SHIPWAY_THREADS] };

impl LayeredSetting {
    /// What flags or variables say, if anything.
    pub(super) fn given(self, layers: &Layers) -> Option<(&str, Origin)> {
        if let Some(text) = (self.from_flags)(&layers.flags) {
            return Some((text, Origin::Flag(self.flag)));
        }
        self.variables.iter().find_map(|variable| {
            let text = layers.environment_variables.get(variable.name).filter(|text| !text.is_empty())?;
            Some((text.as_str(), Origin::Variable(variable.name)))
        })
    }

    /// What flags or variables say, checked.
    pub(super) fn read<T: FromStr<Err = InvalidName>>(self, layers: &Layers) -> Result<Option<(T, Origin)>, Problems> {
        let Some((text, origin)) = self.given(layers) else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some((value, origin))),
            Err(invalid) => {
                Err(outside_the_file(ProblemCode::InvalidValue, format!("{origin}: {invalid}"), None).into())
            }
        }
    }

    /// "`--region` or AWS_REGION", for hints.
    pub(super) fn sources(self) -> String {
        let names: Vec<&str> = std::iter::once(self.flag).chain(self.variables.iter().map(|it| it.name)).collect();
        names.join(" or ")
    }
}

/// A problem with something that is not in the file.
pub(super) fn outside_the_file(code: ProblemCode, message: String, hint: Option<String>) -> Problem {
    Problem { code, message, keys: Vec::new(), location: None, hint }
}

/// How data is written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Settings of a run that no file has: they belong to whoever runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSettings {
    /// How data is written, `text` by default.
    pub format: OutputFormat,
    /// How many functions are deployed at the same time, 8 by default.
    pub concurrency: usize,
    /// How many threads package a function; `None` for as many as there are processors.
    pub threads: Option<NonZeroUsize>,
}

const DEFAULT_CONCURRENCY: usize = 8;
/// More at once would only wait for Lambda's shared rate of 15 calls per second.
const MOST_CONCURRENCY: usize = 64;
/// More threads than this would only cost memory.
const MOST_THREADS: usize = 256;

/// Settles the settings of a run.
///
/// # Errors
/// When a flag or variable has a value that makes no sense.
pub fn resolve_run(layers: &Layers) -> Result<RunSettings, Problems> {
    let mut problems = Problems::default();
    let format = match FORMAT.given(layers) {
        None | Some(("text", _)) => OutputFormat::Text,
        Some(("json", _)) => OutputFormat::Json,
        Some((text, origin)) => {
            let hint = nearest(text, ["text", "json"]).map(|near| format!("did you mean `{near}`?"));
            let message = format!("{origin}: `{text}` is no format: they are `text` and `json`");
            problems.0.push(outside_the_file(ProblemCode::InvalidValue, message, hint));
            OutputFormat::Text
        }
    };
    let concurrency = number(CONCURRENCY, layers, MOST_CONCURRENCY, &mut problems).unwrap_or(DEFAULT_CONCURRENCY);
    let threads = number(THREADS, layers, MOST_THREADS, &mut problems).and_then(NonZeroUsize::new);
    problems.or(RunSettings { format, concurrency, threads })
}

/// A number from 1 to `most`, if there is one.
fn number(setting: LayeredSetting, layers: &Layers, most: usize, problems: &mut Problems) -> Option<usize> {
    let (text, origin) = setting.given(layers)?;
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let message = format!("{origin}: `{text}` is not a number from 1 to {most}");
        problems.0.push(outside_the_file(ProblemCode::InvalidValue, message, None));
    }
    number
}
