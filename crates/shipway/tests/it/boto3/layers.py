"""Layers: append-only versions, and functions that find in them what they need."""

from checks import *

SHARED = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:shared"


def module(word):
    return zipped({"python/shared.py": f"WORD = {word!r}\n"})


def publish(word, **further):
    return client.publish_layer_version(LayerName="shared", Content={"ZipFile": module(word)}, **further)


@check
def every_publication_is_a_new_version():
    one = publish("one", Description="first", CompatibleRuntimes=["python3.13"], LicenseInfo="MIT",
                  CompatibleArchitectures=["x86_64", "arm64"])
    equal(status(one), 201)
    equal((one["LayerArn"], one["LayerVersionArn"], one["Version"]), (SHARED, f"{SHARED}:1", 1))
    equal((one["Content"]["CodeSha256"], one["Content"]["CodeSize"]), (sha256(module("one")), len(module("one"))))
    equal((one["Description"], one["LicenseInfo"], one["CompatibleRuntimes"]), ("first", "MIT", ["python3.13"]))
    again = publish("one")
    equal((again["Version"], again["Content"]["CodeSha256"]), (2, one["Content"]["CodeSha256"]))
    read = client.get_layer_version(LayerName="shared", VersionNumber=1)
    equal((read["LayerVersionArn"], read["CompatibleArchitectures"]), (f"{SHARED}:1", ["x86_64", "arm64"]))
    equal(client.get_layer_version_by_arn(Arn=f"{SHARED}:2")["Version"], 2)


@check
def the_contents_can_be_fetched_from_their_location():
    import urllib.request

    location = client.get_layer_version(LayerName="shared", VersionNumber=1)["Content"]["Location"]
    with urllib.request.urlopen(location) as answer:
        equal(answer.read(), module("one"))


@check
def lists_are_newest_first():
    listed = client.list_layer_versions(LayerName="shared")["LayerVersions"]
    equal([version["Version"] for version in listed], [2, 1])
    assert "Content" not in listed[0] and "LayerArn" not in listed[0], listed
    suited = client.list_layer_versions(LayerName="shared", CompatibleRuntime="python3.13")["LayerVersions"]
    equal([version["Version"] for version in suited], [1])
    equal(client.list_layer_versions(LayerName="absent")["LayerVersions"], [])
    first = client.list_layer_versions(LayerName="shared", MaxItems=1)
    rest = client.list_layer_versions(LayerName="shared", MaxItems=1, Marker=first["NextMarker"])
    equal([version["Version"] for version in rest["LayerVersions"]], [1])
    layers = client.list_layers()["Layers"]
    equal([(layer["LayerName"], layer["LayerArn"], layer["LatestMatchingVersion"]["Version"]) for layer in layers],
          [("shared", SHARED, 2)])


@check
def a_function_finds_what_its_layers_hold_the_later_one_first():
    source = b"import shared\n\ndef handler(event, context):\n    return shared.WORD\n"
    client.publish_layer_version(LayerName="later", Content={"ZipFile": module("later")})
    client.create_function(FunctionName="layered", Runtime="python3.13", Handler="app.handler", Role=ROLE,
                           Code={"ZipFile": zipped({"app.py": source})}, Layers=[f"{SHARED}:1"])
    wait("function_active_v2", "layered")
    configuration = client.get_function_configuration(FunctionName="layered")
    equal(configuration["Layers"], [{"Arn": f"{SHARED}:1", "CodeSize": len(module("one"))}])
    equal(client.invoke(FunctionName="layered")["Payload"].read(), b'"one"')
    later = SHARED.replace("shared", "later") + ":1"
    client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}:1", later])
    wait("function_updated_v2", "layered")
    equal(client.invoke(FunctionName="layered")["Payload"].read(), b'"later"')


@check
def deleting_a_version_takes_nothing_from_functions():
    client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}:2"])
    wait("function_updated_v2", "layered")
    equal(status(client.delete_layer_version(LayerName="shared", VersionNumber=2)), 204)
    equal(client.invoke(FunctionName="layered")["Payload"].read(), b'"one"')
    with refused(404, "ResourceNotFoundException", "The resource you requested does not exist."):
        client.get_layer_version(LayerName="shared", VersionNumber=2)
    with refused(400, "InvalidParameterValueException", f"Layer version {SHARED}:2 does not exist."):
        client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}:2"])
    equal(publish("three")["Version"], 3)


@check
def what_lambda_refuses_is_refused():
    with refused(400, "InvalidParameterValueException", "Layer Version Cannot be less than 1"):
        client.get_layer_version(LayerName="shared", VersionNumber=0)
    with refused(400, "InvalidParameterValueException", "Cannot reference more than 5 layers."):
        client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}{n}:1" for n in range(6)])
    with refused(400, "InvalidParameterValueException",
            "Two different versions of the same layer are not allowed to be referenced in the same function. "
            f"{SHARED}:1 and {SHARED}:3 are versions of the same layer."):
        client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}:1", f"{SHARED}:3"])
    with refused(400, "InvalidParameterValueException",
            f"Layers are not in the same region as the function. Layers are expected to be in region {REGION}."):
        client.update_function_configuration(FunctionName="layered", Layers=[f"{SHARED}:1".replace(REGION, "eu-west-3")])


run()
