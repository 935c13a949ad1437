//! Names as AWS, git and the configuration know them, each a type of its own.
//!
//! A name is checked once, where it enters; from then on its type says what it is. Nothing here knows
//! where a name came from or whether the thing it names exists.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that cannot be the name it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}: {rule}")]
pub struct InvalidName {
    /// What the text was to name, with its article: "an AWS account id".
    pub what: &'static str,
    /// The text as it was given.
    pub value: String,
    /// What such a name must look like.
    pub rule: &'static str,
}

/// Defines a checked text newtype: parse, display, serde as a plain string.
macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(value: String) -> Result<Self, InvalidName> {
                let check: fn(&str) -> bool = $check;
                if check(&value) {
                    Ok(Self(value))
                } else {
                    Err(InvalidName { what: $what, value, rule: $rule })
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(value: &str) -> Result<Self, InvalidName> {
                Self::try_from(value.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

fn is_word(text: &str, longest: usize) -> bool {
    !text.is_empty()
        && text.len() <= longest
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

text_name!(
    /// The project's name, as `[project] name` says: part of the keys in the store.
    ProjectName, "a project name", "letters, digits, `-` and `_`, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// A function's logical name, as in `[functions.NAME]`; the same in every environment.
    LogicalName, "a function's name in the configuration", "letters, digits, `-` and `_`, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// An environment's name, as in `[environments.NAME]`.
    EnvironmentName, "an environment's name", "letters, digits, `-` and `_`, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// A Lambda function's name in its account and region (not an ARN, no qualifier).
    /// Source: AWS Lambda API reference, `FunctionName`: at most 64 characters for the name alone.
    FunctionName, "a Lambda function name", "letters, digits, `-` and `_`, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// A layer's name in its account and region (not an ARN, no version).
    /// Source: Lambda's model, `LayerName`: `[a-zA-Z0-9-_]+`, at most 140 characters.
    LayerName, "a Lambda layer name", "letters, digits, `-` and `_`, at most 140 characters",
    |text| is_word(text, 140)
);
text_name!(
    /// An alias of a Lambda function. Source: Lambda's model, `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`, 1 to 128.
    AliasName, "an alias name", "letters, digits, `-` and `_`, not digits alone, at most 128 characters",
    |text| is_word(text, 128) && !text.bytes().all(|byte| byte.is_ascii_digit())
);
text_name!(
    /// An AWS account id: twelve digits.
    AccountId, "an AWS account id", "twelve digits",
    |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
);
text_name!(
    /// An AWS region, `eu-west-1`.
    Region, "an AWS region", "lower-case letters, digits and `-`, such as `eu-west-1`",
    |text| {
        text.len() <= 32
            && text.contains('-')
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }
);
text_name!(
    /// A git commit: its full object id, 40 or 64 lower-case hexadecimal digits.
    Commit, "a git commit id", "40 or 64 lower-case hexadecimal digits",
    |text| {
        (text.len() == 40 || text.len() == 64)
            && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    }
);
text_name!(
    /// Lambda's RevisionId: an opaque text that changes with every change of what carries it.
    RevisionId, "a RevisionId", "not empty",
    |text| !text.is_empty()
);
text_name!(
    /// A deployment's id: the time it began and some random letters, so that ids sort by time.
    DeploymentId, "a deployment id", "letters, digits and `-`, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// A random text that a writer puts into what it writes, to know its own work again.
    Nonce, "a nonce", "letters and digits, at most 64 characters",
    |text| is_word(text, 64)
);
text_name!(
    /// A Lambda runtime identifier, `python3.13`. Open: AWS adds some every year.
    Runtime, "a Lambda runtime", "lower-case letters, digits and `.`, such as `python3.13` or `provided.al2023`",
    |text| {
        !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.')
    }
);
text_name!(
    /// A function's handler. Source: Lambda's model: at most 128 characters, no white space.
    Handler, "a handler", "not empty, no white space, at most 128 characters",
    |text| !text.is_empty() && text.len() <= 128 && !text.contains(char::is_whitespace)
);

impl Commit {
    /// The first twelve digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

/// The language family of a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuntimeFamily {
    /// `python3.x`
    Python,
    /// `nodejsN.x`
    Node,
    /// `javaN`
    Java,
    /// `rubyX.Y`
    Ruby,
    /// `dotnetN`
    Dotnet,
    /// `provided`, `provided.al2`, `provided.al2023`: a `bootstrap` of one's own.
    Provided,
}

impl Runtime {
    /// The family, or `None` for a runtime that Shipway does not know.
    #[must_use]
    pub fn family(&self) -> Option<RuntimeFamily> {
        let families = [
            ("python", RuntimeFamily::Python),
            ("nodejs", RuntimeFamily::Node),
            ("java", RuntimeFamily::Java),
            ("ruby", RuntimeFamily::Ruby),
            ("dotnet", RuntimeFamily::Dotnet),
            ("provided", RuntimeFamily::Provided),
        ];
        families.iter().find(|(prefix, _)| self.0.starts_with(prefix)).map(|(_, family)| *family)
    }
}

/// A processor architecture, in Lambda's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Architecture {
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm.
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// Lambda's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A published version's number. Lambda counts from 1 and never uses a number again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VersionNumber(pub u64);

impl fmt::Display for VersionNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// What an alias, or a deployment without one, points at. Written as Lambda spells it: `"$LATEST"` or `"12"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Version {
    /// `$LATEST`, which changes.
    Latest,
    /// A published version, which does not.
    Published(VersionNumber),
}

impl Version {
    /// Reads Lambda's spelling: `$LATEST` or a number.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text == "$LATEST" {
            return Ok(Self::Latest);
        }
        text.parse().map(|number| Self::Published(VersionNumber(number))).map_err(|_| InvalidName {
            what: "a version",
            value: text.to_owned(),
            rule: "`$LATEST` or a number",
        })
    }

    /// The number, if this is a published version.
    #[must_use]
    pub fn number(self) -> Option<VersionNumber> {
        match self {
            Self::Latest => None,
            Self::Published(number) => Some(number),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => formatter.write_str("$LATEST"),
            Self::Published(number) => number.fmt(formatter),
        }
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> String {
        version.to_string()
    }
}

/// Which face of a function a call addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qualifier {
    /// No qualifier: the function itself, which is `$LATEST`.
    Unqualified,
    /// A published version.
    Version(VersionNumber),
    /// An alias.
    Alias(AliasName),
}

impl Qualifier {
    /// What goes into the request's `Qualifier`, if anything.
    #[must_use]
    pub fn as_parameter(&self) -> Option<String> {
        match self {
            Self::Unqualified => None,
            Self::Version(number) => Some(number.to_string()),
            Self::Alias(alias) => Some(alias.to_string()),
        }
    }
}

/// Whether a target is served behind an alias, or is `$LATEST` itself (`alias = false`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serving {
    /// Callers use this alias; Shipway publishes versions and moves it.
    Alias(AliasName),
    /// Callers use the function itself; Shipway updates `$LATEST`.
    Latest,
}

impl Serving {
    /// The alias, if there is one.
    #[must_use]
    pub fn alias(&self) -> Option<&AliasName> {
        match self {
            Self::Alias(alias) => Some(alias),
            Self::Latest => None,
        }
    }
}

impl fmt::Display for Serving {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alias(alias) => alias.fmt(formatter),
            Self::Latest => formatter.write_str("$LATEST"),
        }
    }
}

/// One function in one environment, as AWS knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// The account it is in.
    pub account: AccountId,
    /// The region it is in.
    pub region: Region,
    /// Its name there.
    pub function: FunctionName,
    /// The alias that callers use, or `$LATEST`.
    pub serving: Serving,
}

impl Target {
    /// The function's unqualified ARN in the standard partition.
    #[must_use]
    pub fn function_arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.function)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{} in {} {}", self.function, self.serving, self.account, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_checked_where_it_enters() {
        assert!("123456789012".parse::<AccountId>().is_ok());
        assert!("12345678901".parse::<AccountId>().is_err());
        assert!("2024".parse::<AliasName>().is_err());
        assert!("live".parse::<AliasName>().is_ok());
        assert!("a b".parse::<FunctionName>().is_err());
        assert!("x".repeat(65).parse::<FunctionName>().is_err());
        assert!(serde_json::from_str::<Region>("\"EU\"").is_err());
    }

    #[test]
    fn versions_read_lambdas_spelling() {
        assert_eq!(Version::parse("$LATEST").unwrap(), Version::Latest);
        assert_eq!(Version::parse("12").unwrap(), Version::Published(VersionNumber(12)));
        assert!(Version::parse("live").is_err());
        assert_eq!(serde_json::to_string(&Version::Latest).unwrap(), "\"$LATEST\"");
        assert_eq!(serde_json::from_str::<Version>("\"3\"").unwrap(), Version::Published(VersionNumber(3)));
    }

    #[test]
    fn runtimes_fall_into_families() {
        let family = |text: &str| text.parse::<Runtime>().unwrap().family();
        assert_eq!(family("python3.15"), Some(RuntimeFamily::Python));
        assert_eq!(family("provided.al2023"), Some(RuntimeFamily::Provided));
        assert_eq!(family("cobol1"), None);
    }
}
