"""What AWS refuses: status, code and text as they were recorded, and nothing changed."""

import concurrent.futures
import json
import urllib.error
import urllib.request

from checks import *

OTHER = "arn:aws:iam::000000000000:role/another"
create("firm", Publish=True)
update("firm", echo(2))
client.publish_version(FunctionName="firm")
client.create_alias(FunctionName="firm", Name="live", FunctionVersion="1")


@check
def a_stale_revision_is_refused_by_the_code():
    with refused(412, "PreconditionFailedException", STALE):
        client.update_function_code(FunctionName="firm", ZipFile=echo(9), RevisionId="stale")


@check
def the_revision_of_the_updates_reply_is_stale_when_the_update_is_done():
    accepted = update("firm", echo(2))["RevisionId"]
    with refused(412, "PreconditionFailedException", STALE):
        client.publish_version(FunctionName="firm", RevisionId=accepted)


@check
def a_stale_revision_is_refused_by_the_configuration():
    with refused(412, "PreconditionFailedException", STALE):
        client.update_function_configuration(FunctionName="firm", MemorySize=512, RevisionId="stale")


@check
def a_stale_revision_is_refused_by_publication():
    with refused(412, "PreconditionFailedException", STALE):
        client.publish_version(FunctionName="firm", RevisionId="stale")


@check
def a_stale_revision_is_refused_by_the_alias():
    with refused(412, "PreconditionFailedException", STALE):
        client.update_alias(FunctionName="firm", Name="live", FunctionVersion="2", RevisionId=revision("firm"))
    equal(client.get_alias(FunctionName="firm", Name="live")["FunctionVersion"], "1")


@check
def a_tag_makes_a_revision_stale():
    before = revision("firm")
    client.tag_resource(Resource=arn("firm"), Tags={"by": "somebody else"})
    with refused(412, "PreconditionFailedException", STALE):
        client.update_function_code(FunctionName="firm", ZipFile=echo(9), RevisionId=before)


@check
def a_stale_revision_is_refused_by_a_policy_with_its_own_text():
    with refused(412, "PreconditionFailedException", STALE.replace("GetFunction/GetAlias", "GetPolicy")):
        client.add_permission(
            FunctionName="firm", StatementId="api", Action="lambda:InvokeFunction", Principal="*", RevisionId="stale"
        )


@check
def of_many_who_hold_one_revision_one_gets_through():
    held = client.get_alias(FunctionName="firm", Name="live")["RevisionId"]

    def move(number):
        try:
            client.update_alias(FunctionName="firm", Name="live", Description=str(number), RevisionId=held)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return number

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(move, range(24)))
    winners = [end for end in ended if isinstance(end, int)]
    equal((len(winners), ended.count("PreconditionFailedException")), (1, 23))
    equal(client.get_alias(FunctionName="firm", Name="live")["Description"], str(winners[0]))


@check
def another_code_than_the_one_meant_is_not_published():
    wrong, current = sha256(b"another"), sha256(echo(2))
    with refused(
        400,
        "InvalidParameterValueException",
        f"CodeSHA256 ({wrong}) is different from current CodeSHA256 in $LATEST ({current}). "
        "Please try again with the CodeSHA256 in $LATEST.",
    ):
        client.publish_version(FunctionName="firm", CodeSha256=wrong)


@check
def what_is_no_zip_is_refused_at_creation_and_update():
    text = "Could not unzip uploaded file. Please check your file, then try to upload again."
    with refused(400, "InvalidParameterValueException", text):
        create_unwaited("broken", b"this is no zip")
    with refused(400, "InvalidParameterValueException", text):
        client.update_function_code(FunctionName="firm", ZipFile=b"PK\x05\x06 cut short")
    with refused(400, "InvalidParameterValueException", text):
        client.update_function_code(FunctionName="firm", ZipFile=echo(7)[:-30])


@check
def a_function_is_created_once():
    with refused(409, "ResourceConflictException", "Function already exist: firm"):
        create_unwaited("firm")


@check
def a_weight_to_a_missing_version_is_refused():
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('firm', 10)}"):
        client.update_alias(
            FunctionName="firm", Name="live", RoutingConfig={"AdditionalVersionWeights": {"10": 0.5}}
        )
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('firm', 10)}"):
        client.create_alias(FunctionName="firm", Name="other", FunctionVersion="10")


@check
def weights_are_for_one_further_published_version():
    weigh = lambda weights, **settings: client.update_alias(
        FunctionName="firm", Name="live", RoutingConfig={"AdditionalVersionWeights": weights}, **settings
    )
    with refused(
        400,
        "InvalidParameterValueException",
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
    ):
        weigh({"1": 0.1, "2": 0.1})
    with refused(
        400,
        "InvalidParameterValueException",
        "Invalid function version 1. Function version 1 is already included in routing configuration.",
    ):
        weigh({"1": 0.1})
    with refused(
        400,
        "InvalidParameterValueException",
        "$LATEST is not supported for an alias pointing to more than 1 version",
    ) as caught:
        weigh({"2": 0.1}, FunctionVersion="$LATEST")
    assert "Type" not in caught.reply, caught.reply
    with refused(400, "ValidationException", starts="1 validation error detected: Value '{2=2.0}' at ") as caught:
        weigh({"2": 2.0})
    assert "Member must have value less than or equal to 1.0" in caught.reply["Error"]["Message"]
    with refused(400, "ValidationException", starts="1 validation error detected: Value '{$LATEST=0.5}' at ") as caught:
        weigh({"$LATEST": 0.5})
    assert "Map keys must satisfy constraint" in caught.reply["Error"]["Message"]
    equal(client.get_alias(FunctionName="firm", Name="live").get("RoutingConfig"), None)


@check
def two_weighted_versions_have_one_role():
    client.update_function_configuration(FunctionName="firm", Role=OTHER)
    wait("function_updated_v2", "firm")
    third = client.publish_version(FunctionName="firm")["Version"]
    with refused(
        400, "InvalidParameterValueException", "Specified versions must be associated with the same execution role"
    ):
        client.update_alias(FunctionName="firm", Name="live", RoutingConfig={"AdditionalVersionWeights": {third: 0.5}})


@check
def an_alias_that_is_there_or_is_not():
    with refused(409, "ResourceConflictException", f"Alias already exists: {arn('firm', 'live')}"):
        client.create_alias(FunctionName="firm", Name="live", FunctionVersion="1")
    with refused(404, "ResourceNotFoundException", f"Cannot find alias arn: {arn('firm', 'none')}"):
        client.get_alias(FunctionName="firm", Name="none")
    with refused(404, "ResourceNotFoundException", f"Alias not found: {arn('firm', 'none')}"):
        client.update_alias(FunctionName="firm", Name="none", FunctionVersion="1")
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('firm', 'none')}"):
        client.get_function(FunctionName="firm", Qualifier="none")
    equal(status(client.delete_alias(FunctionName="firm", Name="none")), 204)


@check
def the_name_of_an_alias_is_no_number():
    with refused(
        400,
        "ValidationException",
        "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
    ) as caught:
        client.create_alias(FunctionName="firm", Name="2024", FunctionVersion="1")
    assert "Type" not in caught.reply, caught.reply


@check
def a_version_that_an_alias_is_on_or_weighs_is_not_deleted():
    text = "Unable to delete version because the following aliases reference it: [live]"
    with refused(409, "ResourceConflictException", text):
        client.delete_function(FunctionName="firm", Qualifier="1")
    client.update_alias(FunctionName="firm", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.2}})
    with refused(409, "ResourceConflictException", text):
        client.delete_function(FunctionName="firm", Qualifier="2")
    client.update_alias(FunctionName="firm", Name="live", RoutingConfig={"AdditionalVersionWeights": {}})


@check
def neither_an_alias_nor_latest_is_deleted_as_a_version():
    with refused(400, "InvalidParameterValueException", "Deletion of aliases is not currently supported."):
        client.delete_function(FunctionName="firm", Qualifier="live")
    with refused(
        400,
        "InvalidParameterValueException",
        "$LATEST version cannot be deleted without deleting the function.",
    ):
        client.delete_function(FunctionName="firm", Qualifier="$LATEST")


@check
def an_absent_function_is_told_by_its_arn():
    absent = f"Function not found: {arn('absent')}"
    with refused(404, "ResourceNotFoundException", absent):
        client.get_function(FunctionName="absent")
    with refused(404, "ResourceNotFoundException", absent):
        client.update_function_code(FunctionName="absent", ZipFile=echo())
    with refused(404, "ResourceNotFoundException", absent):
        client.publish_version(FunctionName="absent")
    with refused(404, "ResourceNotFoundException", absent):
        client.delete_function(FunctionName="absent", Qualifier="1")
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('absent', '$LATEST')}"):
        client.invoke(FunctionName="absent")
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('absent', 'live')}"):
        client.invoke(FunctionName="absent", Qualifier="live")


@check
def names_come_in_four_forms():
    for name in ("firm", arn("firm"), f"{ACCOUNT}:function:firm"):
        equal(client.get_function_configuration(FunctionName=name)["FunctionName"], "firm")
        equal(client.get_function_configuration(FunctionName=f"{name}:live")["Version"], "1")
    with refused(
        400,
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
    ):
        client.get_function(FunctionName="firm:1", Qualifier="2")
    with refused(
        404,
        "ResourceNotFoundException",
        f"Functions from 'ap-southeast-1' are not reachable in this region ('{REGION}')",
    ):
        client.get_function(FunctionName=arn("firm").replace(REGION, "ap-southeast-1"))
    with refused(403, "AccessDeniedException"):
        client.get_function(FunctionName=arn("firm").replace(ACCOUNT, "999999999999"))


@check
def a_name_that_is_too_long_has_an_answer_of_its_own_at_creation():
    long = "a" * 65
    with refused(400, "InvalidParameterValueException") as caught:
        create_unwaited(long)
    text = caught.reply["Error"]["Message"]
    assert "at 'functionName'" in text and "length less than or equal to 64" in text, text
    with refused(404, "ResourceNotFoundException"):
        client.get_function(FunctionName=long)
    with refused(404, "ResourceNotFoundException"):
        client.invoke(FunctionName=long)
    with refused(404, "ResourceNotFoundException"):
        client.delete_function(FunctionName=long)


@check
def code_and_configuration_are_latests_alone():
    text = (
        "Current operation does not support versions other than $LATEST. "
        "Please set the version to $LATEST or do not set a version in your request."
    )
    with refused(400, "InvalidParameterValueException", text):
        client.update_function_code(FunctionName="firm:1", ZipFile=echo())
    with refused(400, "InvalidParameterValueException", text):
        client.update_function_configuration(FunctionName="firm:1", MemorySize=512)


@check
def runtimes_and_architectures_are_those_of_aws():
    with refused(400, "InvalidParameterValueException", starts="Value python9.9 at 'runtime' failed") as caught:
        create_unwaited("odd", Runtime="python9.9")
    assert "Member must satisfy enum value set: [" in caught.reply["Error"]["Message"]
    with refused(
        400,
        "InvalidParameterValueException",
        "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. "
        "We recommend you use a supported runtime while creating or updating functions.",
    ):
        create_unwaited("odd", Runtime="nodejs14.x")
    with refused(
        400,
        "ValidationException",
        "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ):
        client.update_function_code(FunctionName="firm", ZipFile=echo(), Architectures=["X86_64"])
    with refused(400, "ValidationException") as caught:
        client.update_function_code(FunctionName="firm", ZipFile=echo(), Architectures=["x86_64", "arm64"])
    assert "Member must have length less than or equal to 1" in caught.reply["Error"]["Message"]


@check
def several_wrong_values_are_told_together():
    with refused(400, "ValidationException", starts="2 validation errors detected: ") as caught:
        unchecked.update_function_configuration(FunctionName="firm", MemorySize=1, Timeout=0)
    text = caught.reply["Error"]["Message"]
    assert "'memorySize'" in text and "'timeout'" in text and "; " in text, text


@check
def variables_have_4_kilobytes():
    with refused(
        400,
        "InvalidParameterValueException",
        starts="Lambda was unable to configure your environment variables because the environment variables you have "
        "provided exceeded the 4KB limit. String measured: {",
    ):
        client.update_function_configuration(FunctionName="firm", Environment={"Variables": {"LONG": "x" * 4100}})


@check
def an_image_is_not_put_into_a_zip_function():
    with refused(
        400,
        "InvalidParameterValueException",
        "Please don't provide ImageUri when updating a function with packageType Zip.",
    ):
        client.update_function_code(FunctionName="firm", ImageUri=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/x:1")


@check
def an_image_is_its_digest_and_takes_no_zip():
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/orders@sha256:" + "ab" * 32
    created = client.create_function(FunctionName="image", PackageType="Image", Role=ROLE, Code={"ImageUri": uri})
    equal((created["PackageType"], created["CodeSha256"]), ("Image", "ab" * 32))
    wait("function_active_v2", "image")
    equal(client.get_function(FunctionName="image")["Code"]["ResolvedImageUri"], uri)
    with refused(
        400, "InvalidParameterValueException", "Please provide ImageUri when updating a function with packageType Image."
    ):
        client.update_function_code(FunctionName="image", ZipFile=echo())
    with refused(
        501, "NotImplementedException", "The embedded Lambda does not implement the invocation of container images"
    ):
        client.invoke(FunctionName="image")
    client.delete_function(FunctionName="image")


@check
def an_object_that_cannot_be_had_is_told_with_s3s_words():
    with refused(
        400,
        "InvalidParameterValueException",
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
        "S3 Error Message: The specified bucket does not exist",
    ):
        client.update_function_code(FunctionName="firm", S3Bucket="nowhere", S3Key="code.zip")


@check
def tags_are_a_functions_alone():
    with refused(
        400,
        "InvalidParameterValueException",
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    ):
        client.tag_resource(Resource=arn("firm", "live"), Tags={"a": "b"})


@check
def a_policy_is_not_added_to_latest():
    with refused(
        400,
        "InvalidParameterValueException",
        "We currently do not support adding policies for $LATEST.",
    ):
        client.add_permission(
            FunctionName="firm", Qualifier="$LATEST", StatementId="a", Action="lambda:InvokeFunction", Principal="*"
        )


@check
def an_event_that_is_not_json_is_refused():
    with refused(400, "InvalidRequestContentException", starts="Could not parse request body into json: "):
        client.invoke(FunctionName="firm", Payload=b"{not json")


@check
def the_message_is_spelled_as_aws_spells_it():
    """Below boto3, which reads both spellings."""

    def body(method, path, content=None):
        signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=testing/20260101/{REGION}/lambda/aws4_request"}
        request = urllib.request.Request(ENDPOINT + path, method=method, data=content, headers=signed)
        try:
            urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            return error.headers["X-Amzn-Errortype"], json.loads(error.read())
        raise AssertionError("it was not refused")

    functions = "/2015-03-31/functions"
    code, absent = body("GET", f"{functions}/absent")
    equal((code, sorted(absent)), ("ResourceNotFoundException", ["Message", "Type"]))
    code, stale = body("POST", f"{functions}/firm/versions", b'{"RevisionId": "stale"}')
    equal((code, sorted(stale), stale["Type"]), ("PreconditionFailedException", ["Type", "message"], "User"))
    code, wrong = body("POST", f"{functions}/firm/versions", b'{"CodeSha256": "wrong"}')
    equal((code, sorted(wrong)), ("InvalidParameterValueException", ["Type", "message"]))
    code, invalid = body("POST", f"{functions}/firm/aliases", b'{"Name": "1", "FunctionVersion": "1"}')
    equal((code, sorted(invalid)), ("ValidationException", ["message"]))


@check
def what_is_not_built_is_refused_by_its_name():
    unbuilt = {
        "PutFunctionConcurrency": lambda: client.put_function_concurrency(
            FunctionName="firm", ReservedConcurrentExecutions=1
        ),
        "PutFunctionEventInvokeConfig": lambda: client.put_function_event_invoke_config(
            FunctionName="firm", MaximumRetryAttempts=0
        ),
        "PutRuntimeManagementConfig": lambda: client.put_runtime_management_config(
            FunctionName="firm", UpdateRuntimeOn="Auto"
        ),
    }
    for operation, call in unbuilt.items():
        with refused(501, "NotImplementedException", f"The embedded Lambda does not implement {operation}"):
            call()


@check
def nothing_of_all_that_changed_the_alias_or_the_code():
    equal(client.get_alias(FunctionName="firm", Name="live")["FunctionVersion"], "1")
    equal(client.get_function(FunctionName="firm")["Configuration"]["CodeSha256"], sha256(echo(2)))
    equal(len(client.list_functions()["Functions"]), 1)


run()
