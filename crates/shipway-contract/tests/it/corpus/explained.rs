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
pub(crate) const EXPLAINED: &[Explained] = &[];

impl Explained {
    /// Whether this is the difference that is explained. The version of the package is not repeated here.
    pub(crate) fn fits(&self, difference: &Difference) -> bool {
        let is_name = matches!(&difference.what, What::Read { name, .. } if name == self.name);
        let is_place = difference.place.starts_with(&format!("{} ", self.package))
            && difference.place.ends_with(&format!(": {}", self.path));
        is_name && is_place && difference.line == self.line
    }
}
