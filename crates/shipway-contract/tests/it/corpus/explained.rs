//! The reads of real code that are taken for required and are not, each with the reason that the documentation gives.

use super::score::{Difference, What};

/// One of them.
pub(crate) struct Explained {
    pub(crate) package: &'static str,
    pub(crate) path: &'static str,
    pub(crate) line: u64,
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
}

/// All of them.
pub(crate) const EXPLAINED: &[Explained] = &[
    Explained {
        package: "pm2",
        path: "paths.js",
        line: 19,
        name: "HOMEPATH",
        reason: "`HOME || HOMEPATH` within `if (HOME || HOMEPATH)`: that it is set follows from two conditions together",
    },
    of_supports_color(55, "NO_COLOR"),
    of_supports_color(95, "TERM"),
    of_supports_color(101, "TERM_PROGRAM"),
    of_supports_color(104, "TERM_PROGRAM"),
];

const fn of_supports_color(line: u64, name: &'static str) -> Explained {
    Explained {
        package: "supports-color",
        path: "src/lib.rs",
        line,
        name,
        reason: "it goes through a function of the file's own, `as_str`, before it is compared; other functions are not looked into",
    }
}

impl Explained {
    /// Whether this is the difference that is explained. The version of the package is not repeated here.
    pub(crate) fn fits(&self, difference: &Difference) -> bool {
        let is_name = matches!(&difference.what, What::Read { name, .. } if name == self.name);
        let is_place = difference.place.starts_with(&format!("{} ", self.package))
            && difference.place.ends_with(&format!(": {}", self.path));
        is_name && is_place && difference.line == self.line
    }
}
