//! What the process's environment and the shared files say, as the AWS SDK reads them. Each case asks in a process of
//! its own, whose environment is the case's alone.

use std::path::Path;

use shipway_aws::{Clients, CredentialsSource, Endpoints, Settings};
use shipway_core::digest::BuildDigest;
use shipway_core::store_layout;
use shipway_engine::ports::{Identity as _, Store as _};
use tempfile::TempDir;

use crate::moto::moto;

const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "base"), ("AWS_SECRET_ACCESS_KEY", "base"), ("AWS_REGION", "eu-west-1")];

/// What the other process answers, asked `question` with this environment and no other.
fn ask(question: &str, environment: &[(&str, &str)]) -> String {
    let home = TempDir::new().unwrap();
    #[expect(clippy::disallowed_types, reason = "an environment of one's own takes a process of one's own")]
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "environment::without_credentials_that_is_said", "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("SHIPWAY_TEST_QUESTION", question)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = text.lines().find_map(|line| line.split_once("answer: "));
    let errors = String::from_utf8_lossy(&output.stderr);
    answer.unwrap_or_else(|| panic!("no answer: {text}{errors}")).1.to_owned()
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the process that is asked")]
    std::env::var(name).ok()
}

/// The first of the cases, and the other process of all of them: the one that finds a question answers it.
#[tokio::test]
async fn without_credentials_that_is_said() {
    match variable("SHIPWAY_TEST_QUESTION") {
        Some(question) => println!("answer: {}", answer(&question).await),
        None => {
            let environment = [("AWS_ENDPOINT_URL", moto().url.as_str()), ("AWS_REGION", "eu-west-1")];
            assert_eq!(ask("account", &environment), "Credentials");
        }
    }
}

async fn answer(question: &str) -> String {
    let settings = Settings {
        region: None,
        profile: variable("SHIPWAY_TEST_PROFILE"),
        role_arn: None,
        role_session_name: "shipway-test".to_owned(),
        endpoints: Endpoints { sts: variable("SHIPWAY_TEST_STS"), ..Endpoints::default() },
        credentials: CredentialsSource::DefaultChain,
    };
    let clients = match Clients::connect(settings).await {
        Ok(clients) => clients,
        Err(error) => return error.to_string(),
    };
    match question {
        "account" => match clients.identity().account().await {
            Ok(account) => format!("{account} in {}", clients.region()),
            Err(error) => format!("{:?}", error.kind),
        },
        "store" => {
            let store = clients.s3_store("s3://plain/environment".parse().unwrap(), None, Path::new(".").to_owned());
            let key = store_layout::build_record(&BuildDigest([6; 32]));
            format!("{:?}", store.create(&key, b"{}").await.map_err(|error| error.to_string()))
        }
        other => panic!("no such question: {other}"),
    }
}

#[test]
fn endpoints_come_from_the_environment_and_settings_win() {
    let url = moto().url.as_str();
    let nowhere = "http://127.0.0.1:1";
    let here = "123456789012 in eu-west-1";
    assert_eq!(ask("account", &[&KEYS[..], &[("AWS_ENDPOINT_URL", url)]].concat()), here);
    let own = [("AWS_ENDPOINT_URL", nowhere), ("AWS_ENDPOINT_URL_STS", url)];
    assert_eq!(ask("account", &[&KEYS[..], &own].concat()), here);
    let settings = [("AWS_ENDPOINT_URL_STS", nowhere), ("SHIPWAY_TEST_STS", url)];
    assert_eq!(ask("account", &[&KEYS[..], &settings].concat()), here);
    assert_eq!(ask("account", &[&KEYS[..], &[("AWS_ENDPOINT_URL", nowhere)]].concat()), "NotSent");
}

#[test]
fn a_bucket_at_localhost_is_in_the_path() {
    let url = moto().url.replace("127.0.0.1", "localhost");
    assert_eq!(ask("store", &[&KEYS[..], &[("AWS_ENDPOINT_URL_S3", url.as_str())]].concat()), "Ok(Created)");
}

#[test]
fn an_authority_of_the_system_is_trusted_and_no_other() {
    let moto = moto();
    let tls = ("AWS_ENDPOINT_URL", moto.tls_url.as_str());
    let trusting = [tls, ("SSL_CERT_FILE", moto.authority.as_str())];
    assert_eq!(ask("account", &[&KEYS[..], &trusting].concat()), "123456789012 in eu-west-1");
    assert_eq!(ask("account", &[&KEYS[..], &[tls]].concat()), "NotSent");
}

#[test]
fn a_profile_brings_region_and_credentials_from_a_process() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("config");
    let keys = r#"{"Version": 1, "AccessKeyId": "from-a-process", "SecretAccessKey": "secret"}"#;
    std::fs::write(folder.path().join("keys.json"), keys).unwrap();
    let process = format!("cat {}", folder.path().join("keys.json").display());
    std::fs::write(&config, format!("[profile ci]\nregion = eu-north-1\ncredential_process = {process}\n")).unwrap();
    let shared = [("AWS_CONFIG_FILE", config.to_str().unwrap()), ("AWS_ENDPOINT_URL", moto().url.as_str())];
    let expected = "123456789012 in eu-north-1";
    assert_eq!(ask("account", &[&shared[..], &[("AWS_PROFILE", "ci")]].concat()), expected);
    assert_eq!(ask("account", &[&shared[..], &[("SHIPWAY_TEST_PROFILE", "ci")]].concat()), expected);
}

#[test]
fn a_ci_systems_token_becomes_a_role() {
    let folder = TempDir::new().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "a token").unwrap();
    let environment = [
        ("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/ci"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", moto().url.as_str()),
    ];
    assert_eq!(ask("account", &environment), "222222222222 in eu-west-1");
}

#[test]
fn without_a_region_that_is_said() {
    let url = ("AWS_ENDPOINT_URL", moto().url.as_str());
    let expected = "no region is configured: neither here, nor by AWS_REGION, nor by the profile";
    assert_eq!(ask("account", &[url, KEYS[0], KEYS[1]]), expected);
    assert_eq!(
        ask("account", &[url, KEYS[0], KEYS[1], ("AWS_REGION", "EU")]),
        "the region in AWS_REGION or in the profile cannot be used"
    );
}
