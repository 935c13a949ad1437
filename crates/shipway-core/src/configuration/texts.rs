//! Checked texts of the configuration that no other part of Shipway has a type for, and what the JSON Schema
//! says of those that are types of core.

use std::fmt;
use std::str::FromStr;

use super::reader::TextSetting;
use crate::names::{
    AccountId, AliasName, EnvironmentName, FunctionName, Handler, InvalidName, LayerName, LogicalName, ProjectName,
    Region,
};

macro_rules! text_patterns {
    ($($name:ident: $pattern:expr,)*) => {
        $(impl TextSetting for $name {
            const PATTERN: Option<&'static str> = $pattern;
        })*
    };
}

const WORD: Option<&str> = Some("^[A-Za-z0-9_-]{1,64}$");

text_patterns! {
    ProjectName: WORD,
    LogicalName: WORD,
    LayerName: Some("^[A-Za-z0-9_-]{1,140}$"),
    FunctionName: WORD,
    EnvironmentName: WORD,
    AccountId: Some("^[0-9]{12}$"),
    AliasName: Some("^(?![0-9]+$)[A-Za-z0-9_-]{1,128}$"),
    Region: Some("^[a-z0-9-]+$"),
    Handler: Some("^[^\\s]{1,128}$"),
}

/// Defines a checked text newtype of the configuration.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:expr, $pattern:expr, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidName { what: $what, value: text.to_owned(), rule: $rule })
                }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TextSetting for $name {
            const PATTERN: Option<&'static str> = $pattern;
        }
    };
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

checked_text!(
    /// The name of an environment variable. Source: Lambda's model, `[a-zA-Z]([a-zA-Z0-9_])+`.
    VariableName, "the name of an environment variable", "a letter, then at least one letter, digit or `_`",
    Some("^[a-zA-Z][a-zA-Z0-9_]+$"),
    |text| {
        text.len() > 1
            && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }
);

checked_text!(
    /// The name of a variable that build tools get. Wider than Lambda's: a shell's names.
    BuildVariableName, "the name of an environment variable", "letters, digits and `_`, not a digit first",
    Some("^[a-zA-Z_][a-zA-Z0-9_]*$"),
    |text| {
        text.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }
);

checked_text!(
    /// The name of a binary target or a feature. Source: the Cargo Book, "The features section".
    CargoName, "a name in Cargo.toml", "letters, digits, `-`, `_`, `+`, `.` and `/`",
    Some("^[A-Za-z0-9_][A-Za-z0-9_+./-]*$"),
    |text| {
        text.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+./".contains(&byte))
    }
);

checked_text!(
    /// The name of a package in npm's registry, with its scope. Source: npm documentation, "package.json", `name`.
    PackageName, "the name of an npm package", "such as `sharp`, `@aws-sdk/client-s3` or `@aws-sdk/*`",
    Some("^(@[A-Za-z0-9._~-]+/([A-Za-z0-9._~-]+|\\*)|[A-Za-z0-9._~-]+)$"),
    |text| {
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
        };
        match text.strip_prefix('@').map(|scoped| scoped.split_once('/')) {
            None => is_part(text),
            Some(scoped) => scoped.is_some_and(|(scope, name)| is_part(scope) && (name == "*" || is_part(name))),
        }
    }
);

checked_text!(
    /// What a layer is said to be.
    LayerDescription, "a layer's description", "1 to 256 characters", None,
    |text| !text.is_empty() && text.chars().count() <= 256
);

checked_text!(
    /// A layer's licence: an SPDX identifier, an address, or the text.
    LayerLicense, "a layer's licence", "1 to 512 characters", None,
    |text| !text.is_empty() && text.chars().count() <= 512
);

checked_text!(
    /// The ARN of an IAM role.
    RoleArn, "the ARN of a role", "such as `arn:aws:iam::111111111111:role/shipway-deploy`",
    Some("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"),
    |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts[..], ["arn", partition, "iam", "", account, role]
            if partition.starts_with("aws") && account.parse::<AccountId>().is_ok()
                && role.strip_prefix("role/").is_some_and(is_one_word))
    }
);

impl RoleArn {
    /// The account that the role is in, which is where its holder acts.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.0.split(':').nth(4).and_then(|account| account.parse().ok())
    }
}

checked_text!(
    /// A named profile of AWS's configuration files.
    ProfileName, "a profile's name", "not empty, no line breaks", None,
    |text| !text.trim().is_empty() && !text.contains(char::is_control)
);

checked_text!(
    /// A KMS key: its id, its ARN, or an alias.
    KmsKey, "a KMS key", "a key id, an ARN, or `alias/NAME`", None,
    is_one_word
);

checked_text!(
    /// The address of AWS's services, when it is not AWS's own. Without a user or password.
    EndpointUrl, "an endpoint's URL", "`http://` or `https://` and a host, without user or password",
    Some("^https?://[^@]+$"),
    |text| {
        let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        host.is_some_and(|host| is_one_word(host) && !host.contains('@') && !host.starts_with(['/', ':', '?', '#']))
    }
);

/// A value that the local environment hands to a function. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct HiddenText(String);

impl HiddenText {
    /// The value, for handing it to the function and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HiddenText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HiddenText(…)")
    }
}

impl FromStr for HiddenText {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.contains('\0') {
            let rule = "no NUL";
            return Err(InvalidName { what: "a variable's value", value: "…".to_owned(), rule });
        }
        Ok(Self(text.to_owned()))
    }
}

impl TextSetting for HiddenText {
    const PATTERN: Option<&'static str> = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_know_their_account() {
        let role: RoleArn = "arn:aws:iam::111111111111:role/path/deploy".parse().unwrap();
        assert_eq!(role.account().unwrap().as_str(), "111111111111");
        for bad in
            ["deploy", "arn:aws:iam::1:role/x", "arn:aws:iam::111111111111:user/x", "arn:aws:iam::111111111111:role/"]
        {
            assert!(bad.parse::<RoleArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_holds_no_password() {
        assert!("http://127.0.0.1:5000".parse::<EndpointUrl>().is_ok());
        for bad in ["127.0.0.1:5000", "http://", "http://user:secret@host", "ftp://x", "http://a b"] {
            assert!(bad.parse::<EndpointUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_hidden_value_does_not_show() {
        let value: HiddenText = "hunter2".parse().unwrap();
        assert_eq!(format!("{value:?}"), "HiddenText(…)");
        assert_eq!(value.reveal(), "hunter2");
    }
}
