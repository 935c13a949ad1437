//! The ports over HTTP against the embedded Lambda, which has states, delays, RevisionIds and AWS's refusals.

use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shipway_aws::{Clients, EmbeddedEndpoint, EmbeddedProvisioner, SdkLambda, Settings};
use shipway_core::contract::EnvironmentNames;
use shipway_core::digest::ArtifactDigest;
use shipway_core::live::Layer;
use shipway_core::names::{Architecture, FunctionName, Qualifier, Version, VersionNumber};
use shipway_engine::ports::{
    ArtifactFile, CallErrorKind, Clock, CodeSigning, CodeSource, CreateAlias, Lambda as _, LiveFunction, NewFunction,
    ObjectLocation, Provisioner as _, PublishLayerVersion, PublishVersion, State, UnqualifiedCaller, UpdateAlias,
    UpdateFunctionCode, UpdateStatus,
};
use shipway_lambda_model::{AddPermission, ApiError, Delays, Request, SeededEntropy, Target, UntrustedArtifact};
use shipway_local::executor::ExecutorSettings;
use shipway_local::{
    Announce, Decision, InjectedFault, LocalLambda, LocalSettings, Moment, ObjectFolder, ObjectSources, serve,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Two zips with an `app.py` each.
const ONE: &str = "UEsDBBQAAAAAAAAAIQDWAJaBKgAAACoAAAAGAAAAYXBwLnB5ZGVmIGhhbmRsZXIoZXZlbnQsIGNvbnRleHQpOiByZXR1cm4gJ29u\
                   ZScKUEsBAhQDFAAAAAAAAAAhANYAloEqAAAAKgAAAAYAAAAAAAAAAAAAAKQBAAAAAGFwcC5weVBLBQYAAAAAAQABADQAAABO\
                   AAAAAAA=";
const TWO: &str = "UEsDBBQAAAAAAAAAIQCGOyC2KgAAACoAAAAGAAAAYXBwLnB5ZGVmIGhhbmRsZXIoZXZlbnQsIGNvbnRleHQpOiByZXR1cm4gJ3R3\
                   bycKUEsBAhQDFAAAAAAAAAAhAIY7ILYqAAAAKgAAAAYAAAAAAAAAAAAAAKQBAAAAAGFwcC5weVBLBQYAAAAAAQABADQAAABO\
                   AAAAAAA=";

/// The machine's clock.
struct MachineClock(Instant);

#[async_trait(?Send)]
impl Clock for MachineClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// An embedded Lambda of one test.
struct Bench {
    folder: TempDir,
    local: LocalLambda,
    endpoint: EmbeddedEndpoint,
    lambda: SdkLambda,
    clock: MachineClock,
}

impl Bench {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let place = |name: &str| folder.path().join(name);
        for name in ["state", "scratch", "bucket", "fetched"] {
            std::fs::create_dir(place(name)).unwrap();
        }
        // No function runs here: there is no supervisor.
        let executor = ExecutorSettings::new(vec!["/nonexistent".into()], place("scratch"), "/usr/bin:/bin".into());
        let bucket = ObjectFolder { bucket: "artifacts".to_owned(), path: place("bucket") };
        let settings = LocalSettings {
            delays: Delays { create: 150, update: 150, publish: 150, ..Delays::default() },
            objects: ObjectSources { folder: Some(bucket), endpoint: None },
            ..LocalSettings::new("eu-west-1", executor)
        };
        let local = LocalLambda::open(&place("state"), settings).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = EmbeddedEndpoint::new(listener.local_addr().unwrap()).unwrap();
        tokio::spawn(serve(listener, local.clone(), Announce::No));
        let clients = Clients::connect(Settings::embedded(&endpoint, "eu-west-1".parse().unwrap())).await.unwrap();
        let lambda = clients.lambda(place("fetched"));
        Self { local, endpoint, lambda, clock: MachineClock(Instant::now()), folder }
    }

    fn zip(&self, text: &str) -> ArtifactFile {
        let bytes = STANDARD.decode(text).unwrap();
        let artifact = ArtifactDigest(Sha256::digest(&bytes).into());
        let path = self.folder.path().join(artifact.hex());
        std::fs::write(&path, &bytes).unwrap();
        ArtifactFile { artifact, bytes: bytes.len() as u64, path }
    }

    fn new_function(&self) -> NewFunction {
        NewFunction {
            layers: Vec::new(),
            function: function(),
            runtime: "python3.13".parse().unwrap(),
            handler: "app.handler".parse().unwrap(),
            architecture: Architecture::X86_64,
            memory_megabytes: 256,
            timeout_seconds: 10,
            environment: [("TABLE_NAME".to_owned(), "hunter2".to_owned())].into(),
            code: CodeSource::Direct(self.zip(ONE)),
        }
    }

    async fn provision(&self, function: &NewFunction) {
        let region = "eu-west-1".parse().unwrap();
        let provisioner = EmbeddedProvisioner::new(&self.endpoint, region, &self.clock).await.unwrap();
        provisioner.provision(function).await.unwrap();
    }

    /// What a first deployment leaves: a version of what was provisioned, and the alias on it.
    async fn serve_first(&self) {
        let live = self.live(&Qualifier::Unqualified).await;
        let published = self.lambda.publish_version(&publish(&live)).await.unwrap();
        let number = published.version.number().unwrap();
        while self.live(&Qualifier::Version(number)).await.state != State::Active {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let create = CreateAlias { function: function(), alias: "live".parse().unwrap(), version: number };
        self.lambda.create_alias(&create).await.unwrap();
    }

    async fn live(&self, qualifier: &Qualifier) -> LiveFunction {
        self.lambda.get_function(&function(), qualifier).await.unwrap().unwrap()
    }

    /// The function once no update goes on.
    async fn settled(&self) -> LiveFunction {
        loop {
            let live = self.live(&Qualifier::Unqualified).await;
            if live.update == Some(UpdateStatus::Successful) {
                return live;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn update(&self, live: &LiveFunction, code: CodeSource) -> UpdateFunctionCode {
        UpdateFunctionCode {
            function: function(),
            code,
            architecture: live.architecture,
            revision: live.revision.clone(),
        }
    }

    fn strike(&self, operation: &str, moment: Moment, decision: Decision) {
        self.local.inject(InjectedFault { operation: operation.to_owned(), calls: 1, moment, decision });
    }
}

fn function() -> FunctionName {
    "orders".parse().unwrap()
}

fn publish(live: &LiveFunction) -> PublishVersion {
    PublishVersion {
        function: function(),
        code_sha256: live.code_sha256.clone(),
        revision: live.revision.clone(),
        description: "a commit".to_owned(),
    }
}

fn version(number: u64) -> Version {
    Version::Published(VersionNumber(number))
}

#[tokio::test]
async fn a_laptops_function_is_created_configured_and_then_left_alone() {
    let bench = Bench::new().await;
    let mut wanted = bench.new_function();
    bench.provision(&wanted).await;
    let live = bench.live(&Qualifier::Unqualified).await;
    assert_eq!((&live.state, &live.update), (&State::Active, &Some(UpdateStatus::Successful)));
    assert_eq!(live.code_sha256, bench.zip(ONE).artifact.code_sha256());
    assert_eq!(live.configuration.environment, EnvironmentNames::Known(["TABLE_NAME".to_owned()].into()));
    let alias = bench.lambda.get_alias(&function(), &"live".parse().unwrap()).await.unwrap();
    assert_eq!(alias, None, "aliases are a deployment's business");

    bench.provision(&wanted).await;
    let again = bench.live(&Qualifier::Unqualified).await;
    assert_eq!(again.revision, live.revision, "nothing was written");

    wanted.environment.insert("QUEUE".to_owned(), "hunter3".to_owned());
    wanted.timeout_seconds = 20;
    wanted.code = CodeSource::Direct(bench.zip(TWO));
    bench.provision(&wanted).await;
    let changed = bench.live(&Qualifier::Unqualified).await;
    let names = EnvironmentNames::Known(["QUEUE".to_owned(), "TABLE_NAME".to_owned()].into());
    assert_eq!((&changed.configuration.environment, changed.configuration.timeout_seconds), (&names, 20));
    assert_eq!(changed.code_sha256, live.code_sha256, "code is not the provisioner's");
}

#[tokio::test]
async fn a_deployment_goes_its_way_and_every_guard_holds() {
    let bench = Bench::new().await;
    assert_eq!(bench.lambda.get_function(&function(), &Qualifier::Unqualified).await, Ok(None));
    assert_eq!(bench.lambda.list_function_names().await, Ok(Vec::new()));
    bench.provision(&bench.new_function()).await;
    assert_eq!(bench.lambda.list_function_names().await, Ok(vec![function()]));
    bench.serve_first().await;
    let before = bench.live(&Qualifier::Unqualified).await;
    let two = bench.zip(TWO);

    let sent = bench.update(&before, CodeSource::Direct(two.clone()));
    let accepted = bench.lambda.update_function_code(&sent).await.unwrap();
    assert_eq!(accepted.update, Some(UpdateStatus::InProgress));
    let during = bench.lambda.publish_version(&publish(&accepted)).await.unwrap_err();
    assert_eq!(during.kind, CallErrorKind::Conflict, "{during}");
    let after = bench.settled().await;
    let stale = bench.lambda.update_function_code(&sent).await.unwrap_err();
    assert_eq!(stale.kind, CallErrorKind::Precondition, "{stale}");
    let stale = bench.lambda.publish_version(&publish(&accepted)).await.unwrap_err();
    assert_eq!(stale.kind, CallErrorKind::Precondition, "{stale}");
    let other = PublishVersion { code_sha256: before.code_sha256.clone(), ..publish(&after) };
    let other = bench.lambda.publish_version(&other).await.unwrap_err();
    assert_eq!(other.kind, CallErrorKind::Rejected, "{other}");

    let published = bench.lambda.publish_version(&publish(&after)).await.unwrap();
    assert_eq!((published.version, &published.state), (version(2), &State::Pending));
    assert_eq!(published.code_sha256, two.artifact.code_sha256());
    while bench.live(&Qualifier::Version(VersionNumber(2))).await.state != State::Active {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let alias = bench.lambda.get_alias(&function(), &"live".parse().unwrap()).await.unwrap().unwrap();
    let move_it =
        UpdateAlias { function: function(), alias: alias.name, version: version(2), revision: alias.revision };
    let moved = bench.lambda.update_alias(&move_it).await.unwrap();
    assert_eq!((moved.version, moved.weights.len()), (version(2), 0));
    let stale = bench.lambda.update_alias(&move_it).await.unwrap_err();
    assert_eq!(stale.kind, CallErrorKind::Precondition, "{stale}");
    let through = bench.live(&Qualifier::Alias(move_it.alias.clone())).await;
    assert_eq!(through.version, version(2));
    let create = CreateAlias { function: function(), alias: move_it.alias, version: VersionNumber(1) };
    let exists = bench.lambda.create_alias(&create).await.unwrap_err();
    assert_eq!(exists.kind, CallErrorKind::Conflict, "{exists}");

    let old = ArtifactDigest::from_code_sha256(&before.code_sha256).unwrap();
    let fetched = bench.lambda.fetch_code(&function(), &Qualifier::Version(VersionNumber(1)), &old).await.unwrap();
    assert_eq!(std::fs::read(fetched.path).unwrap(), STANDARD.decode(ONE).unwrap());
}

#[tokio::test]
async fn code_comes_from_an_object_or_is_said_to_be_missing() {
    let bench = Bench::new().await;
    bench.provision(&bench.new_function()).await;
    let two = bench.zip(TWO);
    let at = |bucket: &str, key: &str| {
        CodeSource::Object(ObjectLocation { bucket: bucket.to_owned(), key: key.to_owned(), version: None })
    };
    let live = bench.live(&Qualifier::Unqualified).await;
    for absent in [at("artifacts", "absent.zip"), at("another-bucket", "two.zip")] {
        let error = bench.lambda.update_function_code(&bench.update(&live, absent)).await.unwrap_err();
        assert_eq!(error.kind, CallErrorKind::NotFound, "{error}");
    }
    std::fs::copy(&two.path, Path::new(bench.folder.path()).join("bucket/two.zip")).unwrap();
    let updated = bench.lambda.update_function_code(&bench.update(&live, at("artifacts", "two.zip"))).await.unwrap();
    assert_eq!(updated.code_sha256, two.artifact.code_sha256());
}

#[tokio::test]
async fn what_is_lost_or_throttled_is_told_so_and_never_repeated() {
    let bench = Bench::new().await;
    bench.provision(&bench.new_function()).await;
    bench.serve_first().await;
    let name: shipway_core::names::AliasName = "live".parse().unwrap();
    let before = bench.lambda.get_alias(&function(), &name).await.unwrap().unwrap();
    let update = UpdateAlias {
        function: function(),
        alias: name.clone(),
        version: version(1),
        revision: before.revision.clone(),
    };

    let busy = ApiError::new(429, "TooManyRequestsException", "Rate exceeded");
    bench.strike("UpdateAlias", Moment::BeforeEffect, Decision::Answer(busy));
    assert_eq!(bench.lambda.update_alias(&update).await.unwrap_err().kind, CallErrorKind::Throttled);
    bench.strike("UpdateAlias", Moment::BeforeEffect, Decision::Disconnect);
    assert_eq!(bench.lambda.update_alias(&update).await.unwrap_err().kind, CallErrorKind::Unknown);
    let unchanged = bench.lambda.get_alias(&function(), &name).await.unwrap().unwrap();
    assert_eq!(unchanged.revision, before.revision);

    bench.strike("UpdateAlias", Moment::AfterEffect, Decision::Disconnect);
    assert_eq!(bench.lambda.update_alias(&update).await.unwrap_err().kind, CallErrorKind::Unknown);
    let changed = bench.lambda.get_alias(&function(), &name).await.unwrap().unwrap();
    assert_ne!(changed.revision, before.revision, "it did happen");

    // A read is tried again.
    bench.strike("GetAlias", Moment::BeforeEffect, Decision::Disconnect);
    assert_eq!(bench.lambda.get_alias(&function(), &name).await, Ok(Some(changed)));
}

#[tokio::test]
async fn what_a_plan_must_know_is_found() {
    let bench = Bench::new().await;
    bench.provision(&bench.new_function()).await;
    assert_eq!(bench.lambda.unqualified_callers(&function()).await, Ok(Vec::new()));
    assert_eq!(bench.lambda.code_signing(&function()).await, Ok(CodeSigning::Absent));

    let arn = "arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-00000000000000000";
    let permission = Request::AddPermission(Box::new(AddPermission {
        target: Target::new("orders"),
        statement_id: Some("api".to_owned()),
        action: Some("lambda:InvokeFunction".to_owned()),
        principal: Some("apigateway.amazonaws.com".to_owned()),
        ..AddPermission::default()
    }));
    let arranged = bench.local.with_model(|model| {
        let response = model.handle(&permission, 0, &mut SeededEntropy::new(1));
        model.put_code_signing_config(arn, UntrustedArtifact::Enforce, 0);
        response.result.is_ok() && model.attach_code_signing_config("orders", Some(arn.to_owned()))
    });
    assert!(arranged.unwrap());
    let caller =
        UnqualifiedCaller::Policy { statement: "api".to_owned(), principal: "apigateway.amazonaws.com".to_owned() };
    assert_eq!(bench.lambda.unqualified_callers(&function()).await, Ok(vec![caller]));
    let enforced = CodeSigning::Enforced { configuration: arn.to_owned() };
    assert_eq!(bench.lambda.code_signing(&function()).await, Ok(enforced));
}

#[tokio::test]
async fn layers_are_published_read_and_attached() {
    let bench = Bench::new().await;
    let layer = "shared".parse().unwrap();
    assert_eq!(bench.lambda.get_layer_version(&layer, 1).await.unwrap(), None);
    assert_eq!(bench.lambda.list_layer_versions(&layer).await.unwrap(), Vec::<u64>::new());
    let request = PublishLayerVersion {
        layer: layer.clone(),
        content: CodeSource::Direct(bench.zip(ONE)),
        runtimes: vec!["python3.13".parse().unwrap()],
        architectures: vec![Architecture::X86_64],
        description: Some("shared".to_owned()),
        license: None,
    };
    let published = bench.lambda.publish_layer_version(&request).await.unwrap();
    assert_eq!((published.number, published.arn.ends_with(":layer:shared:1")), (1, true));
    assert_eq!(published.code_sha256, bench.zip(ONE).artifact.code_sha256());
    bench.lambda.publish_layer_version(&request).await.unwrap();
    assert_eq!(bench.lambda.list_layer_versions(&layer).await.unwrap(), [2, 1]);
    assert_eq!(bench.lambda.get_layer_version(&layer, 1).await.unwrap(), Some(published.clone()));

    let wanted = NewFunction { layers: vec![published.arn.clone()], ..bench.new_function() };
    bench.provision(&wanted).await;
    let zip_bytes = bench.zip(ONE).bytes;
    let attached = |arn: &str| [Layer { arn: arn.to_owned(), zip_bytes }];
    assert_eq!(bench.live(&Qualifier::Unqualified).await.layers, attached(&published.arn));
    // A later version is attached, and nothing is written once it is.
    let later = published.arn.replace(":shared:1", ":shared:2");
    let wanted = NewFunction { layers: vec![later.clone()], ..wanted };
    bench.provision(&wanted).await;
    let live = bench.live(&Qualifier::Unqualified).await;
    assert_eq!(live.layers, attached(&later));
    bench.provision(&wanted).await;
    assert_eq!(bench.live(&Qualifier::Unqualified).await.revision, live.revision);
}
