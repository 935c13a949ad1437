//! What can be wrong with an AWS environment: credentials, account, region, bucket, rights.

use serde_json::json;
use tempfile::TempDir;

use super::ground::tells;
use super::scripted::{Reply, Request, ScriptedAws, Service};
use crate::support::{Project, Run, shipway};

const ENVIRONMENT: &str = "\n[environments.development]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\n\
                           store = \"s3://artifacts/shipway\"\nfunction_name = \"{function}-dev\"\n";

/// Whether the caller has something to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credentials {
    Set,
    Missing,
}

/// Deploys to an AWS that answers by a script. Nothing may be asked for that changes anything.
#[track_caller]
fn refused(
    credentials: Credentials,
    script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    code: i32,
    told: &[&str],
) -> (Run, Vec<Request>) {
    let aws = ScriptedAws::start(script);
    let project = Project::small();
    let configuration = std::fs::read_to_string(project.path().join("shipway.toml")).expect("a configuration");
    project.write("shipway.toml", &(configuration + ENVIRONMENT));
    project.commit("second");
    let home = TempDir::new().expect("a temporary folder");
    let mut command = shipway(project.path());
    command.args(["deploy", "--env", "development", "--yes"]);
    command.env("HOME", home.path()).env("AWS_ENDPOINT_URL", &aws.url).env("AWS_EC2_METADATA_DISABLED", "true");
    if credentials == Credentials::Set {
        command.env("AWS_ACCESS_KEY_ID", "AKIDTEST").env("AWS_SECRET_ACCESS_KEY", "not-to-be-shown");
    }
    let run = Run::of(&mut command).expect(code);
    tells(&run, told);
    assert!(!run.stderr.contains("not-to-be-shown") && !run.stdout.contains("not-to-be-shown"));
    let requests = aws.requests();
    for request in &requests {
        let reads = request.method == "GET" || request.method == "HEAD" || request.service == Service::Sts;
        assert!(reads, "it asked for a change: {request:?}");
    }
    (run, requests)
}

fn xml_error(status: u16, code: &str, message: &str) -> Reply {
    (
        status,
        &[("x-amz-request-id", "REQUEST1")],
        format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
    )
}

fn sts_error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>REQUEST2</RequestId></ErrorResponse>"
    );
    (status, &[("x-amzn-requestid", "REQUEST2")], body)
}

fn identity(account: &str) -> Reply {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:user/tester</Arn><UserId>TESTER</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    (200, &[], body)
}

/// An account with an empty bucket, where another function lives.
fn usual(request: &Request) -> Reply {
    match request.service {
        Service::Sts => identity("111111111111"),
        Service::S3 if request.path.contains("list-type=2") => (
            200,
            &[],
            "<ListBucketResult><Name>artifacts</Name><IsTruncated>false</IsTruncated></ListBucketResult>".to_owned(),
        ),
        Service::S3 => xml_error(404, "NoSuchKey", "The specified key does not exist."),
        Service::Lambda
            if request.path.contains("/functions/?")
                || request.path.ends_with("/functions/")
                || request.path.ends_with("/functions") =>
        {
            (200, &[], json!({ "Functions": [{ "FunctionName": "greet-prod" }] }).to_string())
        }
        Service::Lambda => lambda_error(404, "ResourceNotFoundException", "Function not found: greet-dev"),
    }
}

fn lambda_error(status: u16, code: &'static str, message: &str) -> Reply {
    let headers: &[_] = match code {
        "ResourceNotFoundException" => {
            &[("x-amzn-errortype", "ResourceNotFoundException"), ("x-amzn-requestid", "REQUEST3")]
        }
        _ => &[("x-amzn-errortype", "AccessDeniedException"), ("x-amzn-requestid", "REQUEST3")],
    };
    (status, headers, json!({ "Message": message, "Type": "User" }).to_string())
}

#[test]
fn no_credentials() {
    let told = ["credentials", "hint: log in (`aws sso login`), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables"];
    let (_, requests) = refused(Credentials::Missing, usual, 2, &told);
    assert_eq!(requests, [], "nobody can be asked without credentials");
}

#[test]
fn credentials_that_are_expired() {
    let expired = |request: &Request| match request.service {
        Service::Sts => sts_error(403, "ExpiredToken", "The security token included in the request is expired"),
        _ => usual(request),
    };
    let told = ["GetCallerIdentity", "ExpiredToken", "is expired", "request REQUEST2", "hint: log in"];
    let (_, requests) = refused(Credentials::Set, expired, 2, &told);
    assert!(requests.iter().all(|request| request.service == Service::Sts), "{requests:?}");
}

#[test]
fn another_account_than_configured() {
    let other = |request: &Request| match request.service {
        Service::Sts => identity("222222222222"),
        _ => usual(request),
    };
    let told = [
        "error: the credentials are for account 222222222222, but the environment is in account 111111111111",
        "hint: check AWS_PROFILE, `profile` and `role_arn`, or the environment's `account`",
    ];
    let (_, requests) = refused(Credentials::Set, other, 2, &told);
    assert!(requests.iter().all(|request| request.service == Service::Sts), "{requests:?}");
}

#[test]
fn a_region_where_none_of_the_functions_is() {
    let told = [
        "error: none of the project's functions exists in account 111111111111, region eu-west-1: greet-dev",
        "hint: that points to a wrong account, region or `function_name` template",
        "hint: the nearest names there: greet-prod",
    ];
    let _run = refused(Credentials::Set, usual, 2, &told);
}

#[test]
fn a_bucket_of_another_region() {
    let elsewhere = |request: &Request| match request.service {
        Service::S3 => {
            let (_, _, body) = xml_error(301, "PermanentRedirect", "The bucket must be addressed at its own endpoint.");
            let headers: &[_] = &[("x-amz-bucket-region", "us-west-2"), ("x-amz-request-id", "REQUEST1")];
            (301, headers, body)
        }
        _ => usual(request),
    };
    let told = ["the store", "s3://artifacts/shipway", "us-west-2", "hint: "];
    let _run = refused(Credentials::Set, elsewhere, 2, &told);
}

#[test]
fn a_bucket_that_does_not_exist() {
    let none = |request: &Request| match request.service {
        Service::S3 => xml_error(404, "NoSuchBucket", "The specified bucket does not exist"),
        _ => usual(request),
    };
    let told = [
        "the store",
        "s3://artifacts/shipway",
        "bucket does not exist",
        "hint: create it in the functions' region, or correct the environment's `store`",
    ];
    let _run = refused(Credentials::Set, none, 2, &told);
}

#[test]
fn a_store_that_may_not_be_read() {
    let denied = |request: &Request| match request.service {
        Service::S3 => xml_error(403, "AccessDenied", "Access Denied"),
        _ => usual(request),
    };
    let told =
        ["the store", "s3://artifacts/shipway", "Access Denied", "hint: let the role that deploys read and write it"];
    let _run = refused(Credentials::Set, denied, 1, &told);
}

#[test]
fn functions_that_may_not_be_read() {
    let denied = |request: &Request| match request.service {
        Service::Lambda => lambda_error(403, "AccessDeniedException", "not authorized to perform this"),
        _ => usual(request),
    };
    let told = [
        " of greet-dev:live in eu-west-1: AccessDeniedException",
        "request REQUEST3",
        "hint: grant `lambda:GetAlias` on it to the role that deploys",
    ];
    let _run = refused(Credentials::Set, denied, 1, &told);
}
