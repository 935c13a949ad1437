//! Refused code and configuration, with the recorded texts (lambda.md §2.2, §2.3, §4.2; checklist 9, 10).

use shipway_lambda_model::{
    ApiError, Code, CodeRefusal, ConfigurationInput, CreateFunction, EnvironmentInput, Model, OmittedArchitectures,
    Request, Settings, Target, Throttle, UpdateFunctionCode, UpdateFunctionConfiguration,
};

use crate::support::{World, code_update, creation, environment, settings, told};

fn create(change: impl FnOnce(&mut CreateFunction)) -> Request {
    let mut input = creation("orders", "one");
    change(&mut input);
    Request::CreateFunction(Box::new(input))
}

fn refused(change: impl FnOnce(&mut CreateFunction)) -> ApiError {
    World::new().refusal(create(change))
}

#[test]
fn code_that_cannot_be_had() {
    let cases = [
        (
            CodeRefusal::NotAZip,
            (
                400,
                "InvalidParameterValueException",
                "Could not unzip uploaded file. Please check your file, then try to upload again.",
            ),
        ),
        (
            CodeRefusal::ZippedTooLarge,
            (413, "RequestEntityTooLargeException", "Zipped size must be smaller than 52428800 bytes"),
        ),
        (
            CodeRefusal::UnzippedTooLarge,
            (400, "InvalidParameterValueException", "Unzipped size must be smaller than 262144000 bytes"),
        ),
        (
            CodeRefusal::Object {
                code: "NoSuchKey".to_owned(),
                message: "The specified key does not exist.".to_owned(),
            },
            (
                400,
                "InvalidParameterValueException",
                "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
            ),
        ),
    ];
    let mut world = World::with_function();
    for (refusal, expected) in cases {
        let error = refused(|input| input.code = Code::Refused(refusal.clone()));
        assert_eq!(told(&error), expected);
        let error = world.refusal(Request::UpdateFunctionCode(Box::new(UpdateFunctionCode {
            code: Code::Refused(refusal),
            ..code_update("orders", "")
        })));
        assert_eq!(told(&error), expected);
    }
}

#[test]
fn architectures() {
    let sent = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let error = refused(|input| input.architectures = sent(&["X86_64"]));
    assert_eq!(
        told(&error),
        (
            400,
            "ValidationException",
            "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        )
    );
    let error = refused(|input| input.architectures = sent(&["x86_64", "arm64"]));
    assert_eq!(
        told(&error).2,
        "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1"
    );
    for (omitted, expected) in [(OmittedArchitectures::Keep, "arm64"), (OmittedArchitectures::Reset, "x86_64")] {
        let mut world = World::with(Settings { omitted_architectures: omitted, ..settings() });
        world.reply(create(|input| input.architectures = sent(&["arm64"])));
        world.wait();
        assert_eq!(world.latest().architectures, ["arm64"]);
        assert_eq!(world.update_code("two").architectures, [expected]);
    }
}

#[test]
fn runtimes() {
    let error = refused(|input| input.configuration.runtime = Some("nodejs14.x".to_owned()));
    assert_eq!(
        told(&error),
        (
            400,
            "InvalidParameterValueException",
            "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."
        )
    );
    let error = refused(|input| input.configuration.runtime = Some("PYTHON3.9".to_owned()));
    assert!(told(&error).2.starts_with(
        "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, "
    ));
    assert!(told(&error).2.ends_with("] or be a valid ARN"));
    for change in [
        |input: &mut CreateFunction| input.configuration.runtime = None,
        |input: &mut CreateFunction| input.configuration.handler = None,
    ] {
        assert_eq!(
            told(&refused(change)).2,
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        );
    }
}

#[test]
fn several_failures_are_counted() {
    let error = refused(|input| {
        input.configuration.role = Some("r1".to_owned());
        input.configuration.timeout = Some(901);
    });
    assert_eq!(
        told(&error).2,
        "2 validation errors detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+; Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"
    );
    let error = refused(|input| input.configuration.role = None);
    assert_eq!(
        told(&error).2,
        "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null"
    );
    for memory in [127, 10_241, -1] {
        assert_eq!(refused(|input| input.configuration.memory_size = Some(memory)).code, "ValidationException");
    }
}

#[test]
fn environments() {
    let reserved = refused(|input| input.configuration.environment = environment("AWS_REGION", "here").environment);
    assert!(told(&reserved).2.ends_with("Reserved keys used in this request: AWS_REGION"));
    let key = refused(|input| input.configuration.environment = environment("1KEY", "secret").environment);
    assert_eq!(key.code, "ValidationException");
    assert!(!told(&key).2.contains("secret"));
    // The limit is on the JSON: {"KEY":"…"} is ten characters more than the value.
    let of = |length: usize| environment("KEY", &"x".repeat(length)).environment;
    let large = refused(|input| input.configuration.environment = of(4097 - 10));
    assert!(told(&large).2.starts_with("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {\"KEY\":\"xxx"));
    World::new().reply(create(|input| input.configuration.environment = of(4096 - 10)));
}

#[test]
fn configuration_members_are_replaced_whole_or_left_alone() {
    let mut world = World::with_function();
    assert_eq!(world.latest().environment, None);
    world.configure(environment("A_KEY", "1"));
    world.wait();
    world.configure(ConfigurationInput { timeout: Some(30), ..ConfigurationInput::default() });
    world.wait();
    let latest = world.latest();
    assert_eq!(latest.timeout, 30);
    assert!(latest.environment.unwrap().variables.unwrap().contains_key("A_KEY"));
    world.configure(environment("OTHER", "2"));
    world.wait();
    let variables = world.latest().environment.unwrap().variables.unwrap();
    assert_eq!(variables.keys().collect::<Vec<_>>(), ["OTHER"]);
    world.configure(ConfigurationInput {
        environment: Some(EnvironmentInput::default()),
        ..ConfigurationInput::default()
    });
    world.wait();
    assert!(world.latest().environment.unwrap().variables.unwrap().is_empty());
}

#[test]
fn variables_under_a_key_that_the_caller_may_not_use_are_not_shown() {
    let key = "arn:aws:kms:eu-west-1:111111111111:key/sealed";
    let mut world = World::with(Settings { sealed_keys: [key.to_owned()].into(), ..settings() });
    world.create("orders", "one");
    let with_key = |key: &str| ConfigurationInput { kms_key_arn: Some(key.to_owned()), ..environment("A_KEY", "1") };
    world.configure(with_key(key));
    world.wait();
    let sealed = world.latest().environment.unwrap();
    assert_eq!((sealed.variables, sealed.error.unwrap().error_code.as_str()), (None, "AccessDeniedException"));
    let kept = world.model.state().functions["orders"].latest.configuration.environment.clone();
    assert_eq!(kept.unwrap()["A_KEY"], "1", "the function has it");
    world.configure(with_key(""));
    world.wait();
    let open = world.latest().environment.unwrap();
    assert_eq!((open.variables.unwrap()["A_KEY"].as_str(), open.error), ("1", None));
}

#[test]
fn snap_start_is_for_some_runtimes() {
    let mut world = World::new();
    world.reply(create(|input| input.configuration.runtime = Some("nodejs22.x".to_owned())));
    world.wait();
    let configuration = ConfigurationInput {
        snap_start: Some(shipway_lambda_model::SnapStartInput { apply_on: Some("PublishedVersions".to_owned()) }),
        ..ConfigurationInput::default()
    };
    let error = world.refusal(Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
        function_name: "orders".to_owned(),
        configuration,
        ..UpdateFunctionConfiguration::default()
    })));
    assert_eq!(told(&error).2, "nodejs22.x is not supported for SnapStart enabled functions.");
}

#[test]
fn images_and_zips_do_not_mix() {
    let image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:0f0f";
    let mut world = World::with_function();
    let to_image = Request::UpdateFunctionCode(Box::new(UpdateFunctionCode {
        code: Code::Image(image.to_owned()),
        ..code_update("orders", "")
    }));
    assert_eq!(
        told(&world.refusal(to_image)).2,
        "Please don't provide ImageUri when updating a function with packageType Zip."
    );
    let mut input = creation("shop", "");
    input.package_type = Some("Image".to_owned());
    input.code = Code::Image(image.to_owned());
    input.configuration.runtime = None;
    input.configuration.handler = None;
    world.reply(Request::CreateFunction(Box::new(input)));
    world.wait();
    let seen = world.get(Target::new("shop"));
    assert_eq!((seen.configuration.package_type.as_str(), seen.code.repository_type.as_str()), ("Image", "ECR"));
    assert_eq!(seen.configuration.code_sha256, "0f0f");
    assert_eq!(seen.code.resolved_image_uri.as_deref(), Some(image));
    assert_eq!(
        told(&world.refusal(Request::UpdateFunctionCode(Box::new(code_update("shop", "zip"))))).2,
        "Please provide ImageUri when updating a function with packageType Image."
    );
}

#[test]
fn the_rates_are_enforced_when_asked_for() {
    let mut world = World::with(Settings { throttle: Some(Throttle::default()), ..settings() });
    world.create("orders", "one");
    let calls = |model: &mut Model, request: &Request, now: u64| {
        let mut entropy = shipway_lambda_model::SeededEntropy::new(1);
        (0..200).filter(|_| model.handle(request, now, &mut entropy).result.is_ok()).count()
    };
    let pool = Request::GetFunctionConfiguration(Target::new("orders"));
    let function = Request::GetFunction(Target::new("orders"));
    let invoke = crate::support::invocation(Target::new("orders"));
    let policy = Request::AddPermission(Box::new(shipway_lambda_model::AddPermission {
        target: Target::new("orders"),
        statement_id: Some("s3".to_owned()),
        action: Some("lambda:InvokeFunction".to_owned()),
        principal: Some("s3.amazonaws.com".to_owned()),
        ..shipway_lambda_model::AddPermission::default()
    }));
    world.reply(policy);
    world.wait();
    let now = world.now;
    let policy = Request::GetPolicy(Target::new("orders"));
    assert_eq!(calls(&mut world.model, &pool, now), 15);
    assert_eq!(calls(&mut world.model, &function, now), 100);
    assert_eq!(calls(&mut world.model, &policy, now), 15);
    assert_eq!(calls(&mut world.model, &invoke, now), 200);
    assert_eq!(calls(&mut world.model, &pool, now + 200), 3);
    let error = world.model.handle(&pool, now + 200, &mut world.entropy).result.expect_err("the pool is empty");
    assert_eq!(told(&error), (429, "TooManyRequestsException", "Rate exceeded"));
    assert_eq!(error.reason.as_deref(), Some("CallerRateLimitExceeded"));
}

#[test]
fn the_region_s_code_storage_is_limited() {
    const GIBIBYTE: u64 = 1024 * 1024 * 1024;
    let code = |gibibytes: u64| {
        Code::Package(shipway_lambda_model::Package {
            size: gibibytes * GIBIBYTE,
            ..shipway_lambda_model::Package::of_zip(&gibibytes.to_be_bytes(), 1)
        })
    };
    let mut world = World::new();
    world.reply(create(|input| input.code = code(150)));
    world.wait();
    // Each version counts its own, also where only the configuration differs.
    world.publish();
    let storage = (400, "CodeStorageExceededException", "Code storage limit exceeded.");
    world.configure(environment("KEY", "value"));
    world.wait();
    assert_eq!(told(&world.refusal(Request::PublishVersion(crate::support::publication()))), storage);
    let mut another = creation("another", "");
    another.code = code(1);
    assert_eq!(told(&world.refusal(Request::CreateFunction(Box::new(another)))), storage);
    world.reply(Request::DeleteFunction(Target::new("orders").qualified("1")));
    world.publish();
}
