//! Which installed packages the runtime brings and nothing but `boto3` needs: what `runtime_packages = "leave-out"` leaves
//! out of a package.

use std::collections::{BTreeMap, BTreeSet};

use super::distribution::Distribution;
use super::requirement::Requirement;
use super::target::Target;

/// They are released together and pin each other's versions: a package with one of them needs its own others.
const FAMILY: [&str; 3] = ["boto3", "botocore", "s3transfer"];

/// What the family needs, and every Python runtime of Lambda's brings with it. Source: AWS, "Runtime-included SDK
/// versions"; the requirements are those of botocore and python-dateutil.
const NEEDED_BY_IT: [&str; 4] = ["jmespath", "urllib3", "python-dateutil", "six"];

/// The names of the installed packages to leave out. `wanted` is what the function itself requires.
///
/// A package stays when the function requires it by name (the family apart: to require it is to want the runtime's) or when
/// anything that stays requires it.
#[must_use]
pub fn left_out(installed: &[Distribution], wanted: &[Requirement], target: &Target) -> BTreeSet<String> {
    let brought: BTreeSet<&str> = FAMILY.iter().chain(&NEEDED_BY_IT).copied().collect();
    let extras = extras(installed, wanted, target);
    let by_name: BTreeMap<&str, &Distribution> =
        installed.iter().map(|distribution| (distribution.name.as_str(), distribution)).collect();
    let family: BTreeSet<&str> = FAMILY.into_iter().collect();
    let named = wanted.iter().map(|requirement| requirement.name.as_str()).filter(|name| !family.contains(name));
    let others = by_name.keys().copied().filter(|name| !brought.contains(name));
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&str> = named.chain(others).collect();
    while let Some(name) = waiting.pop() {
        let Some(distribution) = by_name.get(name) else { continue };
        if !kept.insert(name) {
            continue;
        }
        if family.contains(name) {
            waiting.extend(&family);
        }
        let asked: &[String] = extras.get(name).map_or(&[], Vec::as_slice);
        waiting.extend(distribution.required_at(target, asked).map(|requirement| requirement.name.as_str()));
    }
    brought.into_iter().filter(|name| by_name.contains_key(name) && !kept.contains(name)).map(str::to_owned).collect()
}

/// The extras of each package that anything asks for. What is asked for by an extra that nobody asks for does not count.
fn extras(installed: &[Distribution], wanted: &[Requirement], target: &Target) -> BTreeMap<String, Vec<String>> {
    let mut extras: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut more: Vec<(String, BTreeSet<String>)> =
        wanted.iter().map(|requirement| (requirement.name.clone(), requirement.extras.clone())).collect();
    loop {
        let before: usize = extras.values().map(BTreeSet::len).sum();
        for (name, asked) in more.drain(..) {
            extras.entry(name).or_default().extend(asked);
        }
        for distribution in installed {
            let asked: Vec<String> = extras.get(&distribution.name).into_iter().flatten().cloned().collect();
            let required = distribution.required_at(target, &asked);
            more.extend(required.map(|requirement| (requirement.name.clone(), requirement.extras.clone())));
        }
        let after: usize = extras.values().map(BTreeSet::len).sum();
        let news = more.iter().any(|(name, asked)| {
            !asked.iter().all(|extra| extras.get(name).is_some_and(|known| known.contains(extra)))
        });
        if after == before && !news {
            return extras.into_iter().map(|(name, asked)| (name, asked.into_iter().collect())).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Architecture;

    const SDK: [(&str, &[&str]); 7] = [
        ("boto3", &["botocore", "jmespath", "s3transfer", "botocore[crt] ; extra == 'crt'"]),
        ("botocore", &["jmespath", "python-dateutil", "urllib3"]),
        ("s3transfer", &["botocore"]),
        ("jmespath", &[]),
        ("python-dateutil", &["six"]),
        ("six", &[]),
        ("urllib3", &[]),
    ];

    fn left(more: &[(&str, &[&str])], wanted: &[&str]) -> Vec<String> {
        let requirement = |text: &&str| Requirement::parse(text).unwrap().unwrap();
        let installed: Vec<Distribution> = SDK
            .iter()
            .chain(more)
            .map(|(name, requires)| Distribution {
                name: (*name).to_owned(),
                requires: requires.iter().map(requirement).collect(),
            })
            .collect();
        let wanted: Vec<Requirement> = wanted.iter().map(requirement).collect();
        left_out(&installed, &wanted, &Target::lambda(13, Architecture::X86_64)).into_iter().collect()
    }

    #[test]
    fn all_that_boto3_alone_needs_is_left_out() {
        let all = ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"];
        assert_eq!(left(&[("idna", &[])], &["boto3", "idna"]), all);
    }

    #[test]
    fn what_a_kept_package_or_the_function_needs_stays() {
        let requests: (&str, &[&str]) = ("requests", &["urllib3", "idna"]);
        let without = ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six"];
        assert_eq!(left(&[requests], &["boto3", "requests"]), without);
        let without = ["boto3", "botocore", "jmespath", "s3transfer", "urllib3"];
        assert_eq!(left(&[], &["boto3", "python-dateutil"]), without);
    }

    #[test]
    fn the_family_stays_together() {
        assert_eq!(left(&[("tracer", &["botocore"])], &["boto3", "tracer"]), Vec::<String>::new());
    }

    #[test]
    fn an_extra_counts_when_it_is_asked_for() {
        let powertools: (&str, &[&str]) = ("powertools", &["boto3 ; extra == 'aws-sdk'"]);
        assert_eq!(left(&[powertools], &["powertools"]).len(), 7);
        assert_eq!(left(&[powertools], &["powertools[aws_sdk]"]), Vec::<String>::new());
        let through: (&str, &[&str]) = ("logger", &["powertools[aws-sdk]"]);
        assert_eq!(left(&[powertools, through], &["logger"]), Vec::<String>::new());
        let elsewhere: (&str, &[&str]) = ("winlogger", &["boto3 ; sys_platform == 'win32'"]);
        assert_eq!(left(&[elsewhere], &["winlogger"]).len(), 7);
    }
}
