//! The metadata of a package that is built or installed: its name and what it requires.

use super::requirement::{Requirement, normalized};
use super::requirements_file::file_path;
use super::target::Target;

/// A package, by its `METADATA`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// Its normalised name.
    pub name: String,
    /// What it requires, of any platform and extra. A requirement that cannot be read is not among them.
    pub requires: Vec<Requirement>,
}

impl Distribution {
    /// Reads a `METADATA`; `None` without a name.
    #[must_use]
    pub fn parse(metadata: &str) -> Option<Self> {
        let headers = || metadata.lines().take_while(|line| !line.is_empty());
        let values = |key: &'static str| headers().filter_map(move |line| line.strip_prefix(key));
        let name = normalized(values("Name:").next()?);
        let requires = values("Requires-Dist:").filter_map(|text| Requirement::parse(text).ok().flatten()).collect();
        Some(Self { name, requires })
    }

    /// What it requires at `target` when these extras are asked for.
    pub fn required_at<'d>(
        &'d self,
        target: &'d Target,
        extras: &'d [String],
    ) -> impl Iterator<Item = &'d Requirement> {
        self.requires.iter().filter(move |requirement| match &requirement.marker {
            None => true,
            Some(marker) => marker.holds(target, "") || extras.iter().any(|extra| marker.holds(target, extra)),
        })
    }

    /// The `METADATA` without the places of this machine that it names: `common @ file:///…` becomes `common`. `None`
    /// when it names none.
    #[must_use]
    pub fn without_places(metadata: &str) -> Option<String> {
        let is_local = |line: &str| line.starts_with("Requires-Dist:") && line.contains("@ file:");
        if !metadata.lines().take_while(|line| !line.is_empty()).any(is_local) {
            return None;
        }
        let mut text = String::with_capacity(metadata.len());
        let mut in_headers = true;
        for line in metadata.split_inclusive('\n') {
            in_headers &= !line.trim().is_empty();
            match line.split_once(" @ ") {
                Some((before, location)) if in_headers && is_local(line) && file_path(location.trim()).is_some() => {
                    let marker = location.trim_end().split_once(" ;").map(|(_, marker)| format!(" ;{marker}"));
                    text.push_str(before);
                    text.push_str(&marker.unwrap_or_default());
                    text.push('\n');
                }
                _ => text.push_str(line),
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Architecture;

    const METADATA: &str = "Metadata-Version: 2.4\nName: Shop.API\nRequires-Dist: idna (>=3.7,<4.0)\n\
        Requires-Dist: common @ file:///scratch/libs/common\nRequires-Dist: six ; extra == \"old\"\n\
        Requires-Dist: colorama ; sys_platform == \"win32\"\n\nRequires-Dist: in the description @ file:///x\n";

    #[test]
    fn what_is_required_depends_on_the_place_and_the_extras() {
        let distribution = Distribution::parse(METADATA).unwrap();
        let target = Target::lambda(13, Architecture::X86_64);
        let names = |extras: &[String]| -> Vec<String> {
            distribution.required_at(&target, extras).map(|requirement| requirement.name.clone()).collect()
        };
        assert_eq!(distribution.name, "shop-api");
        assert_eq!(names(&[]), ["idna", "common"]);
        assert_eq!(names(&["old".to_owned()]), ["idna", "common", "six"]);
    }

    #[test]
    fn places_of_this_machine_are_taken_out() {
        let text = Distribution::without_places(METADATA).unwrap();
        assert!(text.contains("\nRequires-Dist: common\n"), "{text}");
        assert!(text.ends_with("\n\nRequires-Dist: in the description @ file:///x\n"), "{text}");
        assert_eq!(Distribution::without_places("Name: x\n\nRequires-Dist: y @ file:///z\n"), None);
        let with_marker = "Requires-Dist: a @ file:///b ; extra == \"x\"\n";
        assert_eq!(Distribution::without_places(with_marker).unwrap(), "Requires-Dist: a ; extra == \"x\"\n");
    }
}
