//! How a request names a function: the forms that `FunctionName` takes, ARNs, and qualifiers.
//!
//! Only names; whether the thing exists is the model's question.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{ApiError, constraint};

/// What stands after the function in an ARN, or in `Qualifier`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Qualifier {
    /// `$LATEST`
    Latest,
    /// A published version.
    Version(u64),
    /// Anything else: an alias, or a text that names nothing.
    Alias(String),
}

impl Qualifier {
    /// Digits are a version; `$LATEST` is itself; all else could only be an alias.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "$LATEST" {
            return Self::Latest;
        }
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number with a leading zero, or one too large to have been given out, names no version.
        match text.parse() {
            Ok(number) if digits && !text.starts_with('0') => Self::Version(number),
            _ => Self::Alias(text.to_owned()),
        }
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("$LATEST"),
            Self::Version(number) => write!(f, "{number}"),
            Self::Alias(name) => f.write_str(name),
        }
    }
}

/// Account and region: what a name needs to become an ARN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
}

impl Home {
    pub(crate) fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }

    /// The unqualified ARN of a function.
    #[must_use]
    pub fn function_arn(&self, name: &str) -> String {
        format!("arn:{}:lambda:{}:{}:function:{name}", self.partition(), self.region, self.account)
    }

    /// The ARN of a function, with the qualifier if there is one.
    #[must_use]
    pub fn qualified_arn(&self, name: &str, qualifier: Option<&Qualifier>) -> String {
        let arn = self.function_arn(name);
        match qualifier {
            Some(qualifier) => format!("{arn}:{qualifier}"),
            None => arn,
        }
    }
}

/// A function as a request addressed it, after the checks that need no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressed {
    pub(crate) name: String,
    pub(crate) qualifier: Option<Qualifier>,
}

/// Which operations accept which lengths and characters; the recorded differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameRules {
    /// CreateFunction: a bare name is at most 64 long, with an error code of its own.
    Create,
    /// DeleteFunction: at most 140.
    Delete,
    /// GetFunction, Invoke: dots pass, at most 170.
    Dotted,
    /// All else: at most 170.
    Plain,
}

/// Reads `FunctionName` and `Qualifier` together.
pub(crate) fn address(
    home: &Home,
    rules: NameRules,
    text: &str,
    qualifier: Option<&str>,
) -> Result<Addressed, ApiError> {
    let parts = split(text);
    if let Some(parts) = &parts {
        check_home(home, parts)?;
    }
    let bare = !text.contains(':');
    let mut failures = name_failures(rules, text, bare, parts.is_some());
    if failures.is_empty() && parts.as_ref().is_some_and(|parts| !name_characters(rules, parts.name)) {
        failures.push(pattern_failure(rules, text));
    }
    if let Some(qualifier) = qualifier {
        failures.extend(qualifier_failures(qualifier));
    }
    if !failures.is_empty() {
        return Err(if rules == NameRules::Create && bare {
            ApiError::invalid(ApiError::validation_text(&failures))
        } else {
            ApiError::validation(&failures)
        });
    }
    let Some(parts) = parts else {
        return Err(ApiError::validation(&[pattern_failure(rules, text)]));
    };
    if let (Some(derived), Some(given)) = (parts.qualifier, qualifier)
        && derived != given
    {
        return Err(ApiError::invalid(
            "The derived qualifier from the function name does not match the specified qualifier.",
        ));
    }
    Ok(Addressed { name: parts.name.to_owned(), qualifier: qualifier.or(parts.qualifier).map(Qualifier::parse) })
}

struct Parts<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

/// `name[:q]`, `function:name[:q]`, `account:function:name[:q]` or the full ARN; `None` for anything else.
fn split(text: &str) -> Option<Parts<'_>> {
    let fields: Vec<&str> = text.split(':').collect();
    let (account, region, rest) = match fields.as_slice() {
        ["arn", partition, "lambda", region, account, "function", rest @ ..] if partition.starts_with("aws") => {
            (Some(*account), Some(*region), rest)
        }
        [account, "function", rest @ ..] if account.len() == 12 => (Some(*account), None, rest),
        ["function", rest @ ..] if !rest.is_empty() => (None, None, rest),
        rest => (None, None, rest),
    };
    if account.is_some_and(|account| account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (name, qualifier) = match rest {
        [name] => (*name, None),
        [name, qualifier] if *qualifier == "$LATEST" || qualifier.bytes().all(is_name_byte) => {
            (*name, Some(*qualifier))
        }
        _ => return None,
    };
    (!name.is_empty() && qualifier != Some("")).then_some(Parts { account, region, name, qualifier })
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn name_characters(rules: NameRules, name: &str) -> bool {
    name.bytes().all(|byte| is_name_byte(byte) || (byte == b'.' && rules == NameRules::Dotted))
}

fn check_home(home: &Home, parts: &Parts<'_>) -> Result<(), ApiError> {
    if parts.account.is_some_and(|account| account != home.account) {
        return Err(ApiError::another_account());
    }
    match parts.region {
        Some(region) if region != home.region => Err(ApiError::not_found(format!(
            "Functions from '{region}' are not reachable in this region ('{}')",
            home.region
        ))),
        _ => Ok(()),
    }
}

fn name_failures(rules: NameRules, text: &str, bare: bool, parsed: bool) -> Vec<String> {
    let longest = match rules {
        NameRules::Create if bare => 64,
        NameRules::Create | NameRules::Delete => 140,
        NameRules::Dotted | NameRules::Plain => 170,
    };
    let mut failures = Vec::new();
    if text.chars().count() > longest {
        failures.push(constraint(
            text,
            "functionName",
            &format!("Member must have length less than or equal to {longest}"),
        ));
    }
    if !parsed {
        failures.push(pattern_failure(rules, text));
    }
    failures
}

fn pattern_failure(rules: NameRules, text: &str) -> String {
    let (dot, published) = match rules {
        NameRules::Dotted => ("\\.", "(\\.PUBLISHED)?"),
        _ => ("", ""),
    };
    constraint(
        text,
        "functionName",
        &format!(
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{{2}}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{{1}}:)?(\\d{{12}}:)?(function:)?([a-zA-Z0-9-_{dot}]+)(:(\\$LATEST{published}|[a-zA-Z0-9-_]+))?"
        ),
    )
}

fn qualifier_failures(qualifier: &str) -> Vec<String> {
    let mut failures = Vec::new();
    if qualifier.chars().count() > 128 {
        failures.push(constraint(qualifier, "qualifier", "Member must have length less than or equal to 128"));
    }
    let allowed = |byte: u8| is_name_byte(byte) || byte == b'$';
    if qualifier.is_empty() || !qualifier.bytes().all(allowed) {
        failures.push(constraint(
            qualifier,
            "qualifier",
            "Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
        ));
    }
    failures
}

/// Whether a text can be an alias's name: `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`.
pub(crate) fn is_alias_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_name_byte) && !text.bytes().all(|byte| byte.is_ascii_digit())
}
