//! Layers: append-only versions, and what functions may attach (lambda.md §3.9).

use shipway_lambda_model::{
    Code, ConfigurationInput, CreateFunction, LayerVersionReply, LayerVersionTarget, ListLayerVersions, Package, Page,
    PublishLayerVersion, Reply, Request, Target, UpdateFunctionConfiguration,
};

use crate::support::{World, code_update, creation, package, told};

const ARN: &str = "arn:aws:lambda:eu-west-1:111111111111:layer:shared";

fn publication(name: &str, contents: &str) -> PublishLayerVersion {
    PublishLayerVersion {
        layer_name: name.to_owned(),
        content: package(contents),
        compatible_runtimes: Some(vec!["python3.13".to_owned()]),
        ..PublishLayerVersion::default()
    }
}

fn publish(world: &mut World, name: &str, contents: &str) -> LayerVersionReply {
    match world.reply(Request::PublishLayerVersion(Box::new(publication(name, contents)))) {
        Reply::LayerVersion(version) => *version,
        other => panic!("a layer version, not {other:?}"),
    }
}

fn target(number: i64) -> LayerVersionTarget {
    LayerVersionTarget { layer_name: "shared".to_owned(), version_number: number }
}

fn attach(arns: &[&str]) -> Request {
    Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
        function_name: "orders".to_owned(),
        configuration: ConfigurationInput {
            layers: Some(arns.iter().map(|arn| (*arn).to_owned()).collect()),
            ..ConfigurationInput::default()
        },
        ..UpdateFunctionConfiguration::default()
    }))
}

#[test]
fn every_publication_is_a_new_version_and_numbers_are_not_given_out_twice() {
    let mut world = World::new();
    let one = publish(&mut world, "shared", "same");
    let two = publish(&mut world, "shared", "same");
    assert_eq!((one.version, two.version), (1, 2));
    assert_eq!(two.layer_version_arn, format!("{ARN}:2"));
    assert_eq!(one.content, two.content);
    assert_eq!(world.reply(Request::DeleteLayerVersion(target(2))), Reply::Empty);
    assert_eq!(world.reply(Request::DeleteLayerVersion(target(2))), Reply::Empty, "again is no error");
    assert_eq!(publish(&mut world, "shared", "other").version, 3);
    let absent = world.refusal(Request::GetLayerVersion(target(2)));
    assert_eq!(told(&absent), (404, "ResourceNotFoundException", "The resource you requested does not exist."));
    let error = world.refusal(Request::GetLayerVersion(target(0)));
    assert_eq!(told(&error), (400, "InvalidParameterValueException", "Layer Version Cannot be less than 1"));
    let Reply::LayerVersion(read) = world.reply(Request::GetLayerVersionByArn(format!("{ARN}:1"))) else { panic!() };
    assert_eq!(*read, one);
}

#[test]
fn lists_are_newest_first_and_cut_at_fifty() {
    let mut world = World::new();
    for number in 0..60 {
        publish(&mut world, "shared", &format!("{number}"));
    }
    let list = |marker: Option<String>, runtime: &str, items| ListLayerVersions {
        layer_name: Some("shared".to_owned()),
        compatible_runtime: Some(runtime.to_owned()),
        page: Page { marker, max_items: items },
        ..ListLayerVersions::default()
    };
    let page = |world: &mut World, input| match world.reply(Request::ListLayerVersions(input)) {
        Reply::LayerVersions(page) => page,
        other => panic!("{other:?}"),
    };
    let first = page(&mut world, list(None, "python3.13", None));
    assert_eq!((first.items.len(), first.items[0].version, first.items[49].version), (50, 60, 11));
    assert_eq!(first.items[0].content, None);
    let second = page(&mut world, list(first.next_marker, "python3.13", None));
    assert_eq!((second.items.len(), second.items[0].version, second.next_marker), (10, 10, None));
    assert!(page(&mut world, list(None, "nodejs22.x", None)).items.is_empty());
    assert_eq!(
        world.refusal(Request::ListLayerVersions(list(None, "python3.13", Some(51)))).code,
        "ValidationException"
    );
    let Reply::Layers(layers) = world.reply(Request::ListLayers(ListLayerVersions::default())) else { panic!() };
    assert_eq!(layers.items.iter().map(|layer| layer.version).collect::<Vec<_>>(), [60]);
}

#[test]
fn what_is_published_is_checked() {
    let mut world = World::new();
    let mut refused = |change: fn(&mut PublishLayerVersion)| {
        let mut input = publication("shared", "x");
        change(&mut input);
        world.refusal(Request::PublishLayerVersion(Box::new(input)))
    };
    assert_eq!(refused(|input| input.layer_name = "a b".to_owned()).code, "ValidationException");
    assert_eq!(refused(|input| input.layer_name = "x".repeat(141)).code, "ValidationException");
    assert_eq!(refused(|input| input.license_info = Some("x".repeat(513))).code, "ValidationException");
    assert_eq!(refused(|input| input.description = Some("x".repeat(257))).code, "ValidationException");
    let many = |input: &mut PublishLayerVersion| input.compatible_runtimes = Some(vec!["python3.13".to_owned(); 16]);
    assert_eq!(refused(many).code, "ValidationException");
    let other = |input: &mut PublishLayerVersion| input.compatible_architectures = Some(vec!["mips".to_owned()]);
    assert_eq!(refused(other).code, "ValidationException");
    assert_eq!(refused(|input| input.content = Code::Absent).code, "InvalidParameterValueException");
}

#[test]
fn a_function_attaches_at_most_five_existing_versions_of_different_layers_here() {
    let mut world = World::with_function();
    let mut arns = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        arns.push(publish(&mut world, name, name).layer_version_arn);
    }
    publish(&mut world, "a", "again");
    let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
    let mut invalid = |arns: &[&str]| {
        let error = world.refusal(attach(arns));
        assert_eq!((error.status, error.code.as_str()), (400, "InvalidParameterValueException"));
        error.message.unwrap()
    };
    assert_eq!(invalid(&arns), "Cannot reference more than 5 layers.");
    let again = arns[0].replace(":a:1", ":a:2");
    assert_eq!(
        invalid(&[arns[0], &again]),
        format!(
            "Two different versions of the same layer are not allowed to be referenced in the same function. {} and {again} are versions of the same layer.",
            arns[0]
        )
    );
    let absent = format!("{ARN}:1");
    assert_eq!(invalid(&[&absent]), format!("Layer version {absent} does not exist."));
    assert_eq!(
        invalid(&[&arns[0].replace("eu-west-1", "eu-west-2")]),
        "Layers are not in the same region as the function. Layers are expected to be in region eu-west-1."
    );
    assert_eq!(world.refusal(attach(&["shared"])).code, "ValidationException");
    let attached = world.configuration(attach(&arns[..5]));
    assert_eq!(attached.layers.iter().map(|layer| layer.arn.as_str()).collect::<Vec<_>>(), &arns[..5]);
    assert_eq!(attached.layers[0].code_size, 1);
    world.wait();
    // What is attached stays attached, whatever becomes of the layer; it cannot be attached anew.
    let gone = LayerVersionTarget { layer_name: "a".to_owned(), version_number: 1 };
    world.reply(Request::DeleteLayerVersion(gone));
    assert_eq!(world.latest().layers.len(), 5);
    assert!(world.model.state().packages().any(|package| *package == Package::of_zip(b"a", 1)));
    assert_eq!(world.refusal(attach(&arns[..1])).code, "InvalidParameterValueException");
    assert!(world.configuration(attach(&[])).layers.is_empty());
}

#[test]
fn code_and_layers_together_stay_below_the_limit() {
    let mut world = World::with_function();
    let large = Code::Package(Package { unzipped_size: 262_144_000, ..Package::of_zip(b"large", 0) });
    let input = PublishLayerVersion { content: large, ..publication("shared", "") };
    world.reply(Request::PublishLayerVersion(Box::new(input)));
    let expected = "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144003 bytes.";
    let arn = format!("{ARN}:1");
    let refused = world.refusal(attach(&[&arn]));
    assert_eq!(told(&refused), (400, "InvalidParameterValueException", expected));
    let mut creation: CreateFunction = creation("empty", "");
    creation.configuration.layers = Some(vec![arn]);
    world.reply(Request::CreateFunction(Box::new(creation)));
    world.wait();
    let refused = world.refusal(Request::UpdateFunctionCode(Box::new(code_update("empty", "one"))));
    assert_eq!(told(&refused), (400, "InvalidParameterValueException", expected));
    assert_eq!(world.get(Target::new("empty")).configuration.layers.len(), 1);
}
