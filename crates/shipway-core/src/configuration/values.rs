//! Small values of the configuration that are more than a checked text: runtimes, amounts, choices.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::problem::ProblemCode;
use super::reader::{Choice, Place, Reading, Setting, TextSetting, choice_schema, read_choice};
use crate::builder::RuntimePackages;
use crate::contract::UnknownRule;
use crate::names::{AliasName, Architecture, InvalidName, Runtime};
use crate::notification::Occasion;
use crate::plan::DriftRule;

/// The runtimes that AWS offers today, the newest of each family last: for suggestions, not a limit.
const KNOWN_RUNTIMES: [&str; 19] = [
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "python3.15",
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "nodejs26.x",
    "java17",
    "java21",
    "java25",
    "ruby3.3",
    "ruby3.4",
    "ruby4.0",
    "dotnet10",
    "provided.al2",
    "provided.al2023",
];

/// A runtime whose spelling is one that AWS could have. Which ones exist is AWS's business: it adds some
/// every year, and a Shipway of today should deploy them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RuntimeSetting(pub(super) Runtime);

impl fmt::Display for RuntimeSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Setting for RuntimeSetting {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(text) = value.as_str() else {
            reading.wrong_type(place, "a string", value);
            return None;
        };
        if let Ok(runtime) = text.parse()
            && is_spelled_like_a_runtime(text)
        {
            return Some(Self(runtime));
        }
        let hint = super::problem::nearest(text, KNOWN_RUNTIMES).map_or_else(
            || "such as `python3.13`, `nodejs24.x` or `provided.al2023`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        reading.invalid(place, ProblemCode::InvalidValue, format!("unknown runtime `{text}`"), Some(hint));
        None
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": KNOWN_RUNTIMES })
    }
}

fn is_spelled_like_a_runtime(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let dotted = |text: &str| text.split_once('.').is_some_and(|(major, minor)| digits(major) && digits(minor));
    let after = |prefix: &str| text.strip_prefix(prefix);
    after("python").is_some_and(dotted)
        || after("ruby").is_some_and(dotted)
        || after("nodejs").and_then(|rest| rest.strip_suffix(".x")).is_some_and(digits)
        || after("dotnet").is_some_and(digits)
        || after("java").is_some_and(|rest| digits(rest.split_once(".al").map_or(rest, |(major, _)| major)))
        || after("provided").is_some_and(|rest| rest.is_empty() || rest.starts_with(".al"))
}

/// Reads an integer within bounds.
fn read_integer(
    value: &DeValue<'_>,
    place: &Place,
    reading: &mut Reading<'_>,
    unit: &str,
    range: (u32, u32),
) -> Option<u32> {
    let Some(integer) = value.as_integer() else {
        reading.wrong_type(place, &format!("an integer ({unit})"), value);
        return None;
    };
    let (least, most) = range;
    let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
    let number = number.filter(|number| (least..=most).contains(number));
    if number.is_none() {
        let message = format!("`{integer}` is out of range: {least} to {most} {unit}");
        reading.invalid(place, ProblemCode::InvalidValue, message, None);
    }
    number
}

/// An amount of memory in MB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Megabytes(pub u32);

impl fmt::Display for Megabytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Lambda's bounds for a function's memory, in MB.
const MEMORY: (u32, u32) = (128, 10_240);

impl Setting for Megabytes {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        read_integer(value, place, reading, "MB", MEMORY).map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MEMORY.0, "maximum": MEMORY.1 })
    }
}

/// A function's timeout in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Seconds(pub u32);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Lambda's bounds for a function's timeout, in seconds.
const TIMEOUT: (u32, u32) = (1, 900);

impl Setting for Seconds {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        read_integer(value, place, reading, "seconds", TIMEOUT).map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": TIMEOUT.0, "maximum": TIMEOUT.1 })
    }
}

/// A span of time as text: `90s`, `15m`, `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub(super) Duration);

/// No build should run longer than a day; nothing else in the configuration has a longer span.
const LONGEST_SPAN: Duration = Duration::from_hours(24);

/// The units of spans, and their seconds.
const SPAN_UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];

/// A number and one of `units`: more than nothing, and not more than `longest`.
fn span(text: &str, units: &[(char, u64)], longest: Duration) -> Option<Duration> {
    let (last, unit) = text.char_indices().last()?;
    let count: u64 = text[..last].parse().ok()?;
    let (_, seconds) = units.iter().find(|(known, _)| *known == unit)?;
    let length = Duration::from_secs(count.checked_mul(*seconds)?);
    (!length.is_zero() && length <= longest).then_some(length)
}

impl FromStr for Span {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let rule = "a number and `s`, `m` or `h`, at most a day: `90s`, `15m`, `2h`";
        let length = span(text, &SPAN_UNITS[..3], LONGEST_SPAN);
        length.map(Self).ok_or(InvalidName { what: "a span of time", value: text.to_owned(), rule })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match (seconds % 3600, seconds % 60) {
            (0, _) => write!(formatter, "{}h", seconds / 3600),
            (_, 0) => write!(formatter, "{}m", seconds / 60),
            _ => write!(formatter, "{seconds}s"),
        }
    }
}

impl TextSetting for Span {
    const PATTERN: Option<&'static str> = Some("^[0-9]+[smh]$");
}

/// A span of time for which something may wait: `12h`, `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LongSpan(pub(super) Duration);

/// What waits longer was forgotten.
const LONGEST_WAIT: Duration = Duration::from_hours(24 * 366);

impl FromStr for LongSpan {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let rule = "a number and `s`, `m`, `h` or `d`, at most 366 days: `90m`, `12h`, `7d`";
        let length = span(text, &SPAN_UNITS, LONGEST_WAIT);
        length.map(Self).ok_or(InvalidName { what: "a span of time", value: text.to_owned(), rule })
    }
}

impl fmt::Display for LongSpan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match (seconds % 86_400, seconds % 3600, seconds % 60) {
            (0, _, _) => write!(formatter, "{}d", seconds / 86_400),
            (_, 0, _) => write!(formatter, "{}h", seconds / 3600),
            (_, _, 0) => write!(formatter, "{}m", seconds / 60),
            _ => write!(formatter, "{seconds}s"),
        }
    }
}

/// A span for which somebody waits: `90s`, `10m`, `12h`, `7d`.
///
/// # Errors
/// When it is none.
pub fn waiting_time(text: &str) -> Result<Duration, InvalidName> {
    text.parse().map(|LongSpan(length)| length)
}

impl TextSetting for LongSpan {
    const PATTERN: Option<&'static str> = Some("^[0-9]+[smhd]$");
}

/// Where functions run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// AWS Lambda.
    Aws,
    /// The embedded Lambda on this machine.
    Local,
}

/// What to do when a function behind an alias also has callers without a qualifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnqualifiedCallers {
    /// Refuse in the plan: they would meet code that is not published yet.
    Refuse,
    /// Go ahead; they get no promise.
    Accept,
}

macro_rules! choices {
    ($($name:ident { $($word:literal => $value:expr,)* } $([$(($other:literal, $ours:literal)),*])?)*) => {
        $(impl Choice for $name {
            const CHOICES: &'static [(&'static str, Self)] = &[$(($word, $value),)*];
            $(const SYNONYMS: &'static [(&'static str, &'static str)] = &[$(($other, $ours)),*];)?
        }

        impl Setting for $name {
            fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
                read_choice(value, place, reading)
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                choice_schema::<Self>()
            }
        })*
    };
}

choices! {
    RuntimePackages { "pack" => Self::Pack, "leave-out" => Self::LeaveOut, }
    Provider { "aws" => Self::Aws, "local" => Self::Local, }
    UnqualifiedCallers { "refuse" => Self::Refuse, "accept" => Self::Accept, }
    UnknownRule { "hold" => Self::Hold, "proceed" => Self::Proceed, }
    DriftRule { "report" => Self::Report, "restore" => Self::Restore, }
    Occasion {
        "deployed" => Self::Deployed,
        "configured" => Self::Configured,
        "held" => Self::Held,
        "given-up" => Self::GivenUp,
        "refused" => Self::Refused,
        "drifted" => Self::Drifted,
        "rolled-back" => Self::RolledBack,
        "failed" => Self::Failed,
    } [("success", "deployed"), ("failure", "failed"), ("rollback", "rolled-back"), ("drift", "drifted")]
    Architecture { "x86_64" => Self::X86_64, "arm64" => Self::Arm64, }
        [("amd64", "x86_64"), ("x64", "x86_64"), ("x86-64", "x86_64"), ("aarch64", "arm64"), ("arm", "arm64")]
}

/// The word for a choice.
pub(super) fn word<T: Choice + PartialEq>(value: T) -> &'static str {
    T::CHOICES.iter().find(|(_, choice)| *choice == value).map_or("", |(word, _)| *word)
}

/// `alias`: a name, or `false` for `$LATEST` itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AliasSetting {
    Named(AliasName),
    None,
}

impl Setting for AliasSetting {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        match value {
            DeValue::Boolean(false) => Some(Self::None),
            DeValue::Boolean(true) => {
                let hint = Some("write the alias's name, such as `\"live\"`, or leave the key out".to_owned());
                reading.invalid(place, ProblemCode::InvalidValue, "`true` is not an alias's name".to_owned(), hint);
                None
            }
            DeValue::String(_) => AliasName::read(value, place, reading).map(Self::Named),
            _ => {
                reading.wrong_type(place, "an alias's name or `false`", value);
                None
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let name = <AliasName as Setting>::schema(generator);
        json_schema!({ "anyOf": [name, { "const": false }] })
    }
}

/// A command and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CommandLine(pub(super) Vec<String>);

impl Setting for CommandLine {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let words = value.as_array().and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(ToOwned::to_owned)).collect::<Option<Vec<_>>>()
        });
        match words {
            Some(words) if words.first().is_some_and(|program| !program.is_empty()) => Some(Self(words)),
            Some(_) => {
                let message = "a command needs a program to run".to_owned();
                reading.invalid(place, ProblemCode::InvalidValue, message, Some(COMMAND_EXAMPLE.to_owned()));
                None
            }
            None => {
                let message = "expected an array of strings: the program and its arguments".to_owned();
                reading.invalid(place, ProblemCode::WrongType, message, Some(COMMAND_EXAMPLE.to_owned()));
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
    }
}

const COMMAND_EXAMPLE: &str = "such as `[\"make\", \"package\"]`; for a shell, `[\"sh\", \"-c\", \"…\"]`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_known_by_their_spelling() {
        for runtime in KNOWN_RUNTIMES.into_iter().chain(["python3.99", "java8.al2", "provided"]) {
            assert!(is_spelled_like_a_runtime(runtime), "{runtime}");
        }
        for other in ["", "python", "python3", "python313", "nodejs22", "node22.x", "cobol1", "provided.x"] {
            assert!(!is_spelled_like_a_runtime(other), "{other}");
        }
    }

    #[test]
    fn spans_have_units() {
        let span = |text: &str| text.parse::<Span>().map(|span| span.0.as_secs()).ok();
        assert_eq!(span("90s"), Some(90));
        assert_eq!(span("15m"), Some(900));
        assert_eq!(span("2h"), Some(7200));
        for bad in ["", "15", "m", "0s", "-1s", "25h", "1d", "99999999999999999999h", "1é"] {
            assert_eq!(span(bad), None, "{bad}");
        }
        for text in ["90s", "15m", "2h"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }
}
