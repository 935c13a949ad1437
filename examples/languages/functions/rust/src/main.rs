//! Says whether a version fits a requirement, by Cargo's own rules.
//!
//! The event is `{"version": "1.10.2", "requirement": "^1.9"}`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Question {
    version: Version,
    requirement: VersionReq,
}

#[derive(Debug, PartialEq, Serialize)]
struct Answer {
    version: Version,
    requirement: VersionReq,
    fits: bool,
    next_major: Version,
}

fn answer(Question { version, requirement }: Question) -> Answer {
    let fits = requirement.matches(&version);
    let next_major = Version::new(version.major + 1, 0, 0);
    Answer { version, requirement, fits, next_major }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Question>| Ok::<_, Error>(answer(event.payload)))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_requirements_allow_newer_minor_versions() {
        let ask = |version: &str| {
            answer(Question { version: version.parse().unwrap(), requirement: "^1.9".parse().unwrap() }).fits
        };
        assert!(ask("1.10.2") && !ask("1.8.0") && !ask("2.0.0"));
    }
}
