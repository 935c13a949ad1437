//! Lambda's runtimes as a table: the system each is on, and the days on which AWS stops to take new code for it.
//!
//! A table with a date of its own, because AWS moves these days: whoever is told "no" by it is told how old it is. Which day it
//! is comes from the caller; a runtime that is not in the table is not judged.

use jiff::civil::{Date, date};

use crate::names::Runtime;

/// When the table was taken down.
pub const AS_OF: Date = date(2026, 11, 23);
/// From where: AWS's page "Lambda runtimes" as cfn-lint 1.58.0 carries it, and AWS's announcements of new runtimes.
pub const SOURCE: &str = "AWS's page on Lambda runtimes, as cfn-lint 1.58.0 has it";

/// What `allow` holds for a function that is to be updated although the table says that AWS takes no code for its runtime.
pub const ALLOW_BLOCKED: &str = "blocked-runtime";

/// The system that a runtime is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatingSystem {
    /// Amazon Linux 2.
    AmazonLinux2,
    /// Amazon Linux 2023.
    AmazonLinux2023,
}

impl OperatingSystem {
    /// Its version of glibc, major and minor.
    #[must_use]
    pub fn glibc(self) -> (u16, u16) {
        match self {
            Self::AmazonLinux2 => (2, 26),
            Self::AmazonLinux2023 => (2, 34),
        }
    }
}

/// A runtime's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuntimeRow {
    /// Lambda's identifier.
    pub name: &'static str,
    /// `None` for runtimes that were gone before the table was made.
    pub system: Option<OperatingSystem>,
    /// What AWS says of its end.
    pub end: End,
}

/// How a runtime ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// AWS has named no day.
    Open,
    /// It is supported until a day, and some time later new functions and new code are refused.
    Days {
        /// From when it gets no more patches.
        deprecated: Date,
        /// From when no function can be created.
        create_blocked: Option<Date>,
        /// From when no function's code can be updated.
        update_blocked: Option<Date>,
    },
    /// AWS took no new code any more when the table was made.
    Gone,
}

use OperatingSystem::{AmazonLinux2 as Al2, AmazonLinux2023 as Al2023};

const fn row(name: &'static str, system: OperatingSystem, end: End) -> RuntimeRow {
    RuntimeRow { name, system: Some(system), end }
}

const fn gone(name: &'static str) -> RuntimeRow {
    RuntimeRow { name, system: None, end: End::Gone }
}

const fn days(deprecated: Date, create_blocked: Option<Date>, update_blocked: Option<Date>) -> End {
    End::Days { deprecated, create_blocked, update_blocked }
}

/// What AWS has moved the blocks of the runtimes that ended in 2025 and 2026 to.
const CREATE_2027: Option<Date> = Some(date(2027, 2, 1));
const UPDATE_2027: Option<Date> = Some(date(2027, 3, 3));
/// The same for those that end in the middle of 2027, and of 2029.
const MIDDLE_OF_2027: End = days(date(2027, 6, 30), Some(date(2027, 7, 31)), Some(date(2027, 8, 31)));
const MIDDLE_OF_2029: End = days(date(2029, 6, 30), Some(date(2029, 7, 31)), Some(date(2029, 8, 31)));

/// The table.
pub const RUNTIMES: &[RuntimeRow] = &[
    row("nodejs26.x", Al2023, End::Open),
    row("nodejs24.x", Al2023, days(date(2028, 4, 30), Some(date(2028, 6, 1)), Some(date(2028, 7, 1)))),
    row("nodejs22.x", Al2023, days(date(2027, 4, 30), Some(date(2027, 6, 1)), Some(date(2027, 7, 1)))),
    row("nodejs20.x", Al2023, days(date(2026, 4, 30), CREATE_2027, UPDATE_2027)),
    row("nodejs18.x", Al2, End::Gone),
    row("python3.15", Al2023, End::Open),
    row("python3.14", Al2023, MIDDLE_OF_2029),
    row("python3.13", Al2023, MIDDLE_OF_2029),
    row("python3.12", Al2023, days(date(2028, 10, 31), Some(date(2028, 11, 30)), Some(date(2029, 1, 10)))),
    row("python3.11", Al2, MIDDLE_OF_2027),
    row("python3.10", Al2, days(date(2026, 10, 31), CREATE_2027, UPDATE_2027)),
    row("python3.9", Al2, days(date(2025, 12, 15), CREATE_2027, UPDATE_2027)),
    row("java25", Al2023, days(date(2029, 6, 30), None, None)),
    row("java21", Al2023, days(date(2029, 6, 30), None, None)),
    row("java17.al2023", Al2023, End::Open),
    row("java11.al2023", Al2023, End::Open),
    row("java8.al2023", Al2023, End::Open),
    row("java17", Al2, MIDDLE_OF_2027),
    row("java11", Al2, MIDDLE_OF_2027),
    row("java8.al2", Al2, MIDDLE_OF_2027),
    row("dotnet10", Al2023, days(date(2028, 11, 14), None, None)),
    row("dotnet8", Al2023, days(date(2026, 11, 10), CREATE_2027, UPDATE_2027)),
    row("ruby4.0", Al2023, days(date(2029, 3, 31), None, None)),
    row("ruby3.4", Al2023, days(date(2028, 3, 31), None, None)),
    row("ruby3.3", Al2023, days(date(2027, 3, 31), None, None)),
    row("ruby3.2", Al2, days(date(2026, 3, 31), CREATE_2027, None)),
    row("provided.al2023", Al2023, days(date(2029, 6, 30), None, None)),
    row("provided.al2", Al2, days(date(2026, 7, 31), CREATE_2027, UPDATE_2027)),
    gone("nodejs16.x"),
    gone("nodejs14.x"),
    gone("nodejs12.x"),
    gone("nodejs10.x"),
    gone("nodejs8.10"),
    gone("nodejs6.10"),
    gone("nodejs4.3"),
    gone("nodejs4.3-edge"),
    gone("nodejs"),
    gone("python3.8"),
    gone("python3.7"),
    gone("python3.6"),
    gone("python2.7"),
    gone("java8"),
    gone("dotnet7"),
    gone("dotnet6"),
    gone("dotnet5.0"),
    gone("dotnetcore3.1"),
    gone("dotnetcore2.1"),
    gone("dotnetcore2.0"),
    gone("dotnetcore1.0"),
    gone("ruby2.7"),
    gone("ruby2.5"),
    gone("go1.x"),
    gone("provided"),
];

/// A runtime's row, by Lambda's identifier.
#[must_use]
pub fn row_of(runtime: &str) -> Option<&'static RuntimeRow> {
    RUNTIMES.iter().find(|row| row.name == runtime)
}

/// The glibc of a runtime's system, major and minor; `None` where the table does not say.
#[must_use]
pub fn glibc_of(runtime: &Runtime) -> Option<(u16, u16)> {
    Some(row_of(runtime.as_str())?.system?.glibc())
}

/// That AWS takes no new code for a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// Since when; `None` for longer than the table knows.
    pub since: Option<Date>,
}

/// Whether AWS takes no new code for a runtime on that day.
#[must_use]
pub fn blocked(runtime: &str, today: Date) -> Option<Blocked> {
    match row_of(runtime)?.end {
        End::Gone => Some(Blocked { since: None }),
        End::Days { update_blocked: Some(since), .. } if since <= today => Some(Blocked { since: Some(since) }),
        End::Days { .. } | End::Open => None,
    }
}

/// What is to be known of a runtime that is deprecated on that day, and not blocked yet.
#[must_use]
pub fn deprecation(runtime: &str, today: Date) -> Option<String> {
    let End::Days { deprecated, create_blocked, update_blocked } = row_of(runtime)?.end else { return None };
    if deprecated > today || blocked(runtime, today).is_some() {
        return None;
    }
    let block = |what: &str, day: Option<Date>| {
        day.map(|day| format!(", {what} {} {day}", if day <= today { "since" } else { "from" }))
    };
    let create = block("no new functions", create_blocked).unwrap_or_default();
    let update = block("no new code", update_blocked).unwrap_or_default();
    Some(format!(
        "runtime {runtime} is deprecated since {deprecated}{create}{update} (as of {AS_OF}; AWS moves these days)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_warned_of_and_then_blocked() {
        let python = |today| (deprecation("python3.10", today), blocked("python3.10", today));
        assert_eq!(python(date(2026, 10, 30)), (None, None));
        let (warning, block) = python(date(2026, 10, 31));
        assert_eq!(
            warning.unwrap(),
            "runtime python3.10 is deprecated since 2026-10-31, no new functions from 2027-02-01, no new code from \
             2027-03-03 (as of 2026-11-23; AWS moves these days)"
        );
        assert_eq!(block, None);
        let (warning, block) = python(date(2027, 3, 2));
        assert!(warning.unwrap().contains("no new functions since 2027-02-01, no new code from 2027-03-03"));
        assert_eq!(block, None);
        assert_eq!(python(date(2027, 3, 3)), (None, Some(Blocked { since: Some(date(2027, 3, 3)) })));
    }

    #[test]
    fn what_the_table_does_not_know_is_not_judged() {
        let far = date(2099, 1, 1);
        for runtime in ["python3.99", "cobol1", "nodejs26.x"] {
            assert_eq!((deprecation(runtime, far), blocked(runtime, far)), (None, None), "{runtime}");
        }
        assert!(
            deprecation("java21", far).unwrap().ends_with("since 2029-06-30 (as of 2026-11-23; AWS moves these days)")
        );
        assert_eq!(blocked("go1.x", date(2026, 11, 25)), Some(Blocked { since: None }));
    }

    #[test]
    fn the_systems_glibc() {
        let of = |runtime: &str| glibc_of(&runtime.parse().unwrap());
        assert_eq!(of("python3.11"), Some((2, 26)));
        assert_eq!(of("python3.12"), Some((2, 34)));
        assert_eq!(of("provided.al2"), Some((2, 26)));
        assert_eq!(of("provided"), None);
        assert_eq!(of("python3.99"), None);
    }

    #[test]
    fn the_tables_days_are_in_order_and_its_names_are_one_each() {
        for row in RUNTIMES {
            if let End::Days { deprecated, create_blocked, update_blocked } = row.end {
                assert!(create_blocked.is_none_or(|day| day > deprecated), "{}", row.name);
                assert!(update_blocked.is_none_or(|day| Some(day) > create_blocked), "{}", row.name);
            }
            assert_eq!(RUNTIMES.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
        }
    }
}
