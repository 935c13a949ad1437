//! The environment variables that Shipway reads, each documented once.
//!
//! The command line reads the environment, once, and hands the values over; nothing else knows a variable's
//! name. The table in the documentation is made from these constants.

use std::fmt::Write as _;

/// An environment variable that Shipway reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: &'static str,
    /// What it does, as a sentence.
    pub meaning: &'static str,
}

macro_rules! variables {
    ($($(#[doc = $meaning:literal])+ $name:ident,)*) => {
        impl EnvironmentVariable {
            $(
                $(#[doc = $meaning])+
                pub const $name: Self = Self { name: stringify!($name), meaning: concat!($($meaning),+) };
            )*

            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

variables! {
    /// The environment to work on, as `--env`.
    SHIPWAY_ENV,
    /// The URL of the environment's store, as `--store`.
    SHIPWAY_STORE,
    /// The AWS region, as `--region`. Goes before `AWS_REGION`.
    SHIPWAY_REGION,
    /// The role to assume, as `--role-arn`.
    SHIPWAY_ROLE_ARN,
    /// `text` or `json`, as `--format`.
    SHIPWAY_FORMAT,
    /// How many functions are deployed at the same time, as `--concurrency`.
    SHIPWAY_CONCURRENCY,
    /// How many threads package a function; as many as there are processors by default. Packages do not depend on it.
    SHIPWAY_THREADS,
    /// The AWS region. Goes before `AWS_DEFAULT_REGION`. Not read for a local environment.
    AWS_REGION,
    /// The AWS region. Not read for a local environment.
    AWS_DEFAULT_REGION,
    /// The profile of AWS's configuration files, as `--profile`. Not read for a local environment.
    AWS_PROFILE,
    /// The address of AWS's services, as `--endpoint-url`. Not read for a local environment.
    AWS_ENDPOINT_URL,
    /// No colours, when set to anything.
    NO_COLOR,
}

impl EnvironmentVariable {
    /// The table for the documentation, in Markdown.
    #[must_use]
    pub fn documentation() -> String {
        let mut table = "| variable | meaning |\n|---|---|\n".to_owned();
        for variable in Self::ALL {
            // Writing to a String cannot fail.
            let _ = writeln!(table, "| `{}` | {} |", variable.name, variable.meaning.trim());
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_has_a_row_and_a_sentence() {
        let table = EnvironmentVariable::documentation();
        for variable in EnvironmentVariable::ALL {
            assert!(table.contains(&format!("| `{}` | ", variable.name)));
            assert!(variable.meaning.ends_with('.'), "{}", variable.name);
        }
        assert_eq!(table.lines().count(), EnvironmentVariable::ALL.len() + 2);
    }
}
