//! Two clones on two machines, one store: what one has built, the other deploys without a build tool. Over S3, as teams
//! have it.

use std::ffi::OsString;

use crate::support::cloud::{Cloud, PATIENCE};
use crate::support::{Project, Run, Shims};

const CONFIGURATION: &str = "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                             handler = \"app.handler\"\nbuild = { command = [\"sh\", \"build.sh\"], output = \"out\" }\n\n\
                             [environments.production]\nbranches = [\"main\"]\naccount = \"111111111111\"\n\
                             region = \"eu-west-1\"\nstore = \"s3://artifacts/shipway\"\ncreate_alias = true\n";
const BUILD: &str = "set -e\nmkdir out\nsed \"s/EDITION/$(cat edition)/\" app.py >out/app.py\n";
const HANDLER: &str = "def handler(event, context):\n    return {\"edition\": EDITION}\n";
const DEPLOY: &[&str] = &["deploy", "--env", "production", "--yes", "--explain", "--format", "json"];

fn write_edition(project: &Project, edition: &str, message: &str) {
    project.write("greet/edition", edition);
    project.commit(message);
}

fn first_clone() -> Project {
    let project = Project::empty();
    project.write("shipway.toml", CONFIGURATION);
    project.write("greet/build.sh", BUILD);
    project.write("greet/app.py", HANDLER);
    write_edition(&project, "1", "first");
    project
}

/// A clone as another machine makes it: what git has, and nothing of what the first built.
fn clone_of(project: &Project) -> Project {
    let clone = Project::empty();
    clone.git(&["pull", "--quiet", &project.path().display().to_string(), "main"]);
    assert!(!clone.path().join(".shipway").exists());
    clone
}

/// Who deploys.
#[derive(Clone, Copy)]
enum By {
    ContinuousIntegration,
    Laptop,
}

async fn deploy(cloud: &Cloud, project: &Project, by: By, path: Option<OsString>) -> Run {
    let mut command = cloud.program(project, "DEPLOYER", DEPLOY);
    if let By::ContinuousIntegration = by {
        command.env("CI", "true").env("GITHUB_REF", "refs/heads/main");
    }
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = tokio::time::timeout(PATIENCE, command.output()).await.expect("the deployment ends");
    Run::from_output(output.expect("the program runs")).expect(0)
}

async fn serves(cloud: &Cloud, edition: u32) {
    let answer = cloud.invoke().await.json();
    assert_eq!(answer["edition"], edition, "{answer}");
}

/// The first machine deploys editions 1 and 2; then edition 1 is wanted again.
async fn back_to_the_first(cloud: &Cloud, by: By) -> Project {
    cloud.create_function(&[("app.py", "def handler(event, context):\n    return {\"edition\": 0}\n")]).await;
    let first = first_clone();
    let _deployed = deploy(cloud, &first, by, None).await;
    write_edition(&first, "2", "second");
    let _deployed = deploy(cloud, &first, by, None).await;
    serves(cloud, 2).await;
    write_edition(&first, "1", "back to the first");
    clone_of(&first)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_clone_deploys_without_a_build_tool() {
    let cloud = Cloud::start().await;
    let second = back_to_the_first(&cloud, By::ContinuousIntegration).await;
    let shims = Shims::of(&["sh", "bash", "sed", "mkdir"]);
    let deployed = deploy(&cloud, &second, By::ContinuousIntegration, Some(shims.first_on_path())).await;
    assert_eq!(shims.called(), "");
    assert_eq!(deployed.json()["functions"][0]["outcome"], "deployed");
    assert!(deployed.stderr.contains("greet: not built: another machine's build"), "{}", deployed.stderr);
    serves(&cloud, 1).await;
    cloud.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_laptop_deployed_is_built_again() {
    let cloud = Cloud::start().await;
    let second = back_to_the_first(&cloud, By::Laptop).await;
    let deployed = deploy(&cloud, &second, By::ContinuousIntegration, None).await;
    assert!(deployed.stderr.contains("the store has no build of these inputs"), "{}", deployed.stderr);
    serves(&cloud, 1).await;
    cloud.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_entry_is_noticed_and_built_again() {
    let cloud = Cloud::start().await;
    let second = back_to_the_first(&cloud, By::ContinuousIntegration).await;
    cloud.damage(|key| key.starts_with("shipway/cache/"));
    let deployed = deploy(&cloud, &second, By::ContinuousIntegration, None).await;
    assert!(deployed.stderr.contains("the store has a build of it that cannot be used"), "{}", deployed.stderr);
    assert!(deployed.stderr.contains("it is built again"), "{}", deployed.stderr);
    serves(&cloud, 1).await;
    cloud.end().await;
}
