"""What is refused and what goes on while an update is in progress. The server's updates do not end."""

import json

from checks import *

create("busy", Publish=True)
client.create_alias(FunctionName="busy", Name="live", FunctionVersion="1")
client.update_function_code(FunctionName="busy", ZipFile=echo(2))


@check
def the_update_is_shown():
    read = client.get_function(FunctionName="busy")["Configuration"]
    equal((read["State"], read["LastUpdateStatus"]), ("Active", "InProgress"))
    equal((read["LastUpdateStatusReason"], read["LastUpdateStatusReasonCode"]), CREATING)
    equal(read["CodeSha256"], sha256(echo(2)))


@check
def a_second_update_is_refused():
    with refused(409, "ResourceConflictException", in_progress("busy")):
        client.update_function_code(FunctionName="busy", ZipFile=echo(3))


@check
def a_second_update_is_refused_as_being_too_early_whatever_its_revision():
    with refused(409, "ResourceConflictException", in_progress("busy")):
        client.update_function_code(FunctionName="busy", ZipFile=echo(3), RevisionId=revision("busy"))


@check
def a_change_of_the_configuration_is_refused():
    with refused(409, "ResourceConflictException", in_progress("busy")):
        client.update_function_configuration(FunctionName="busy", MemorySize=256)


@check
def publication_is_refused():
    with refused(409, "ResourceConflictException", in_progress("busy")):
        client.publish_version(FunctionName="busy", CodeSha256=sha256(echo(2)))
    versions = client.list_versions_by_function(FunctionName="busy")["Versions"]
    equal([version["Version"] for version in versions], ["$LATEST", "1"])


@check
def tags_are_refused():
    with refused(409, "ResourceConflictException", in_progress("busy")):
        client.tag_resource(Resource=arn("busy"), Tags={"a": "b"})


@check
def the_alias_can_be_changed():
    before = client.get_alias(FunctionName="busy", Name="live")["RevisionId"]
    moved = client.update_alias(FunctionName="busy", Name="live", FunctionVersion="1", RevisionId=before)
    assert moved["RevisionId"] != before


@check
def a_weight_to_a_version_that_is_pending_fails_as_it_does_on_aws():
    create("early", Publish=True)
    client.create_alias(FunctionName="early", Name="live", FunctionVersion="1")
    pending = client.update_function_code(FunctionName="early", ZipFile=echo(2), Publish=True)
    equal((pending["Version"], pending["State"]), ("2", "Pending"))
    with refused(500, "ServiceException", "InternalError"):
        client.update_alias(FunctionName="early", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
    moved = client.update_alias(FunctionName="early", Name="live", FunctionVersion="2")
    equal(moved["FunctionVersion"], "2")
    with refused(
        409,
        "ResourceConflictException",
        "The operation cannot be performed at this time. "
        "The function is currently in the following state: Pending",
    ):
        client.invoke(FunctionName="early", Qualifier="live")


@check
def the_old_code_answers():
    answer = client.invoke(FunctionName="busy", Payload=b"{}")
    equal(answer["ExecutedVersion"], "$LATEST")
    equal(json.loads(answer["Payload"].read())["edition"], 1)


run()
