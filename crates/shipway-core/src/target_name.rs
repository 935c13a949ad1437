//! How a target is called within its environment: what is typed, shown and listed.
//!
//! A function with one target lends it its logical name, `create-order`. Where one artifact serves several Lambda
//! functions, each of them is `create-order:orders-eu`: the logical name and the name in AWS. Nothing here knows which
//! targets there are.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::names::{FunctionName, InvalidName, LogicalName};

/// The name of a target within its environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TargetName {
    function: LogicalName,
    one_of_several: Option<FunctionName>,
}

impl TargetName {
    /// The only target of a function.
    #[must_use]
    pub fn only(function: LogicalName) -> Self {
        Self { function, one_of_several: None }
    }

    /// One of the targets of a function that has a list of them.
    #[must_use]
    pub fn one_of_several(function: LogicalName, name: FunctionName) -> Self {
        Self { function, one_of_several: Some(name) }
    }

    /// The function: what is built, once for all its targets.
    #[must_use]
    pub fn function(&self) -> &LogicalName {
        &self.function
    }

    /// The name in AWS that tells it from the function's other targets; `None` for an only target.
    #[must_use]
    pub fn told_apart_by(&self) -> Option<&FunctionName> {
        self.one_of_several.as_ref()
    }
}

impl From<LogicalName> for TargetName {
    fn from(function: LogicalName) -> Self {
        Self::only(function)
    }
}

impl FromStr for TargetName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.split_once(':') {
            None => text.parse().map(Self::only),
            Some((function, name)) => Ok(Self::one_of_several(function.parse()?, name.parse()?)),
        }
    }
}

impl TryFrom<String> for TargetName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<TargetName> for String {
    fn from(name: TargetName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for TargetName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.one_of_several {
            None => self.function.fmt(formatter),
            Some(name) => write!(formatter, "{}:{name}", self.function),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_it_is_shown() {
        for text in ["create-order", "create-order:orders-eu"] {
            let name: TargetName = text.parse().unwrap();
            assert_eq!(name.to_string(), text);
            assert_eq!(name.function().as_str(), "create-order");
            assert_eq!(serde_json::to_string(&name).unwrap(), format!("\"{text}\""));
        }
        assert_eq!("a:b".parse::<TargetName>().unwrap().told_apart_by().map(FunctionName::as_str), Some("b"));
        for bad in ["", ":", "a:", ":b", "a:b:c", "a b"] {
            assert!(bad.parse::<TargetName>().is_err(), "{bad}");
        }
    }
}
