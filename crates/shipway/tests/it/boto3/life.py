"""A function from its creation to its end: what each reply and each later read says."""

from checks import *


@check
def a_new_function_is_pending_then_active():
    created = create_unwaited("whole", Environment={"Variables": {"GREETING": "hello"}}, Tags={"team": "orders"})
    equal(status(created), 201)
    equal((created["State"], created["StateReason"], created["StateReasonCode"]), ("Pending", *CREATING))
    assert "LastUpdateStatus" not in created, created
    equal((created["FunctionArn"], created["Version"]), (arn("whole"), "$LATEST"))
    equal((created["CodeSha256"], created["CodeSize"]), (sha256(echo()), len(echo())))
    equal((created["Timeout"], created["MemorySize"], created["PackageType"]), (3, 128, "Zip"))
    equal(created["Architectures"], ["x86_64"])
    assert created["LastModified"].endswith("+0000"), created
    wait("function_active_v2", "whole")
    read = client.get_function(FunctionName="whole")
    configuration = read["Configuration"]
    equal((configuration["State"], configuration["LastUpdateStatus"]), ("Active", "Successful"))
    assert "StateReason" not in configuration, configuration
    assert configuration["RevisionId"] != created["RevisionId"]
    equal((read["Code"]["RepositoryType"], read["Tags"]), ("S3", {"team": "orders"}))


@check
def the_code_can_be_fetched_from_its_location():
    import urllib.request

    location = client.get_function(FunctionName="whole")["Code"]["Location"]
    with urllib.request.urlopen(location) as answer:
        equal(sha256(answer.read()), sha256(echo()))


@check
def an_update_is_in_progress_then_successful_with_two_new_revisions():
    before = revision("whole")
    updated = client.update_function_code(FunctionName="whole", ZipFile=echo(2), RevisionId=before)
    equal(status(updated), 200)
    equal((updated["State"], updated["LastUpdateStatus"]), ("Active", "InProgress"))
    equal((updated["LastUpdateStatusReason"], updated["LastUpdateStatusReasonCode"]), CREATING)
    equal(updated["CodeSha256"], sha256(echo(2)))
    wait("function_updated_v2", "whole")
    after = client.get_function_configuration(FunctionName="whole")
    equal((after["State"], after["LastUpdateStatus"]), ("Active", "Successful"))
    assert "LastUpdateStatusReason" not in after, after
    equal(len({before, updated["RevisionId"], after["RevisionId"]}), 3)


@check
def the_same_code_again_is_an_update_too():
    before = revision("whole")
    updated = client.update_function_code(FunctionName="whole", ZipFile=echo(2))
    equal(updated["LastUpdateStatus"], "InProgress")
    wait("function_updated_v2", "whole")
    equal(len({before, updated["RevisionId"], revision("whole")}), 3)


@check
def a_dry_run_checks_and_changes_nothing():
    before = client.get_function(FunctionName="whole")["Configuration"]
    tried = client.update_function_code(FunctionName="whole", ZipFile=echo(3), DryRun=True)
    equal(tried["CodeSha256"], sha256(echo(3)))
    equal(client.get_function(FunctionName="whole")["Configuration"], before)
    with refused(412, "PreconditionFailedException", STALE):
        client.update_function_code(FunctionName="whole", ZipFile=echo(3), DryRun=True, RevisionId="stale")


@check
def the_architecture_is_set_by_the_code_and_stays_when_it_is_not_said():
    update("whole", echo(2), Architectures=["arm64"])
    equal(client.get_function_configuration(FunctionName="whole")["Architectures"], ["arm64"])
    update("whole", echo(2))
    equal(client.get_function_configuration(FunctionName="whole")["Architectures"], ["arm64"])
    update("whole", echo(2), Architectures=["x86_64"])


@check
def configuration_members_that_are_sent_are_replaced_whole():
    before = revision("whole")
    changed = client.update_function_configuration(
        FunctionName="whole", MemorySize=256, Environment={"Variables": {"TABLE": "orders"}}, RevisionId=before
    )
    equal((changed["LastUpdateStatus"], changed["LastUpdateStatusReasonCode"]), ("InProgress", "Creating"))
    wait("function_updated_v2", "whole")
    now = client.get_function_configuration(FunctionName="whole")
    equal((now["MemorySize"], now["Timeout"]), (256, 3))
    equal(now["Environment"], {"Variables": {"TABLE": "orders"}})
    equal(len({before, changed["RevisionId"], now["RevisionId"]}), 3)


@check
def a_version_is_frozen_and_gives_the_function_a_new_revision():
    latest = client.get_function(FunctionName="whole")["Configuration"]
    published = client.publish_version(
        FunctionName="whole", CodeSha256=latest["CodeSha256"], RevisionId=latest["RevisionId"], Description="first"
    )
    equal(status(published), 201)
    equal((published["Version"], published["FunctionArn"]), ("1", arn("whole", 1)))
    equal((published["State"], published["LastUpdateStatus"]), ("Active", "Successful"))
    equal((published["Description"], published["MemorySize"]), ("first", 256))
    equal(len({latest["RevisionId"], published["RevisionId"], revision("whole")}), 3)
    wait("published_version_active", "whole", Qualifier="1")


@check
def publishing_what_is_published_answers_the_version_that_is_there():
    first = client.get_function(FunctionName="whole", Qualifier="1")["Configuration"]
    before = revision("whole")
    again = client.publish_version(FunctionName="whole", Description="ignored")
    equal(status(again), 201)
    equal((again["Version"], again["Description"]), ("1", "first"))
    equal(again["RevisionId"], first["RevisionId"])
    equal(revision("whole"), before)


@check
def the_description_is_the_functions_when_none_is_given():
    client.update_function_configuration(FunctionName="whole", Description="of the function")
    wait("function_updated_v2", "whole")
    second = client.publish_version(FunctionName="whole")
    equal((second["Version"], second["Description"]), ("2", "of the function"))


@check
def code_with_publish_answers_the_pending_version():
    published = client.update_function_code(FunctionName="whole", ZipFile=echo(4), Publish=True)
    equal(status(published), 200)
    equal((published["Version"], published["FunctionArn"]), ("3", arn("whole", 3)))
    equal((published["State"], published["StateReasonCode"]), ("Pending", "Creating"))
    assert "LastUpdateStatus" not in published, published
    wait("published_version_active", "whole", Qualifier="3")
    wait("function_updated_v2", "whole")
    equal(client.get_function(FunctionName="whole", Qualifier="3")["Configuration"]["CodeSha256"], sha256(echo(4)))


@check
def creation_with_publish_answers_version_1_under_the_functions_arn():
    created = create("published", Publish=True)
    equal((created["Version"], created["FunctionArn"]), ("1", arn("published")))
    client.delete_function(FunctionName="published")


@check
def an_alias_has_a_revision_of_its_own_that_every_update_changes():
    function = revision("whole")
    created = client.create_alias(FunctionName="whole", Name="live", FunctionVersion="1", Description="callers")
    equal(status(created), 201)
    equal((created["AliasArn"], created["FunctionVersion"]), (arn("whole", "live"), "1"))
    same = client.update_alias(FunctionName="whole", Name="live", RevisionId=created["RevisionId"])
    equal((same["FunctionVersion"], same["Description"]), ("1", "callers"))
    assert same["RevisionId"] != created["RevisionId"]
    equal(client.get_alias(FunctionName="whole", Name="live")["RevisionId"], same["RevisionId"])
    equal(revision("whole"), function)


@check
def an_alias_on_latest_is_allowed():
    created = client.create_alias(FunctionName="whole", Name="latest", FunctionVersion="$LATEST")
    equal(created["FunctionVersion"], "$LATEST")
    equal(status(client.delete_alias(FunctionName="whole", Name="latest")), 204)


@check
def a_function_read_through_its_alias_shows_the_version():
    version = client.get_function(FunctionName="whole", Qualifier="1")["Configuration"]
    through = client.get_function(FunctionName="whole", Qualifier="live")["Configuration"]
    equal((through["FunctionArn"], through["Version"]), (arn("whole", "live"), "1"))
    equal(through["RevisionId"], version["RevisionId"])
    assert through["RevisionId"] != client.get_alias(FunctionName="whole", Name="live")["RevisionId"]


@check
def weights_stay_until_they_are_cleared():
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    weighted = client.update_alias(FunctionName="whole", Name="live", RoutingConfig=weights)
    equal((weighted["FunctionVersion"], weighted["RoutingConfig"]), ("1", weights))
    described = client.update_alias(FunctionName="whole", Name="live", Description="canary")
    equal((described["RoutingConfig"], described["Description"]), (weights, "canary"))
    done = client.update_alias(
        FunctionName="whole", Name="live", FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    equal(done["FunctionVersion"], "2")
    assert not done.get("RoutingConfig"), done


@check
def lists_begin_with_latest_and_do_not_tell_states():
    versions = client.list_versions_by_function(FunctionName="whole")["Versions"]
    equal([version["Version"] for version in versions], ["$LATEST", "1", "2", "3"])
    equal(versions[0]["FunctionArn"], arn("whole", "$LATEST"))
    for version in versions:
        absent = {"State", "StateReason", "LastUpdateStatus", "RuntimeVersionConfig"} & version.keys()
        equal(absent, set())
    functions = client.list_functions()["Functions"]
    equal([function["FunctionName"] for function in functions], ["whole"])
    assert "State" not in functions[0], functions
    equal(len(client.list_functions(FunctionVersion="ALL")["Functions"]), 4)


@check
def aliases_are_listed_by_the_version_that_they_are_on():
    client.create_alias(FunctionName="whole", Name="old", FunctionVersion="1")
    listed = lambda **settings: [
        alias["Name"] for alias in client.list_aliases(FunctionName="whole", **settings)["Aliases"]
    ]
    equal((listed(), listed(FunctionVersion="1"), listed(FunctionVersion="3")), (["live", "old"], ["old"], []))


@check
def a_list_has_at_most_50_items_a_page():
    create("many")
    for number in range(54):
        client.update_function_configuration(FunctionName="many", Description=f"edition {number}")
        wait("function_updated_v2", "many")
        equal(client.publish_version(FunctionName="many")["Version"], str(number + 1))
    first = client.list_versions_by_function(FunctionName="many", MaxItems=1000)
    equal(len(first["Versions"]), 50)
    rest = client.list_versions_by_function(FunctionName="many", Marker=first["NextMarker"])
    assert "NextMarker" not in rest, rest["NextMarker"]
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName="many")
    numbers = [version["Version"] for page in pages for version in page["Versions"]]
    equal(numbers, ["$LATEST"] + [str(number) for number in range(1, 55)])


@check
def tags_change_the_functions_revision():
    before = revision("whole")
    equal(status(client.tag_resource(Resource=arn("whole"), Tags={"stage": "test"})), 204)
    tagged = revision("whole")
    equal(client.list_tags(Resource=arn("whole"))["Tags"], {"team": "orders", "stage": "test"})
    equal(status(client.untag_resource(Resource=arn("whole"), TagKeys=["team"])), 204)
    equal(client.list_tags(Resource=arn("whole"))["Tags"], {"stage": "test"})
    equal(len({before, tagged, revision("whole")}), 3)


@check
def an_alias_and_the_function_have_policies_apart():
    import json

    with refused(404, "ResourceNotFoundException", "The resource you requested does not exist."):
        client.get_policy(FunctionName="whole")
    permission = {"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    added = client.add_permission(FunctionName="whole", Qualifier="live", **permission)
    equal(status(added), 201)
    policy = json.loads(client.get_policy(FunctionName="whole", Qualifier="live")["Policy"])
    equal([statement["Sid"] for statement in policy["Statement"]], ["api"])
    equal(policy["Statement"][0]["Resource"], arn("whole", "live"))
    with refused(404, "ResourceNotFoundException"):
        client.get_policy(FunctionName="whole")
    with refused(409, "ResourceConflictException"):
        client.add_permission(FunctionName="whole", Qualifier="live", **permission)
    equal(status(client.remove_permission(FunctionName="whole", Qualifier="live", StatementId="api")), 204)
    with refused(404, "ResourceNotFoundException"):
        client.get_policy(FunctionName="whole", Qualifier="live")


@check
def what_a_deployer_asks_of_a_functions_surroundings_is_answered():
    equal(client.list_event_source_mappings(FunctionName="whole")["EventSourceMappings"], [])
    with refused(404, "ResourceNotFoundException"):
        client.get_function_url_config(FunctionName="whole", Qualifier="live")
    assert "CodeSigningConfigArn" not in client.get_function_code_signing_config(FunctionName="whole") or (
        client.get_function_code_signing_config(FunctionName="whole")["CodeSigningConfigArn"] == ""
    )
    url = client.create_function_url_config(FunctionName="whole", Qualifier="live", AuthType="AWS_IAM")
    equal(client.get_function_url_config(FunctionName="whole", Qualifier="live")["FunctionUrl"], url["FunctionUrl"])
    settings = client.get_account_settings()
    equal(settings["AccountUsage"]["FunctionCount"], 2)
    equal(settings["AccountLimit"]["CodeSizeZipped"], 52428800)
    equal(settings["AccountLimit"]["CodeSizeUnzipped"], 262144000)
    sizes = [version["CodeSize"] for version in client.list_functions(FunctionVersion="ALL")["Functions"]]
    more = client.list_functions(FunctionVersion="ALL", Marker=client.list_functions(FunctionVersion="ALL")["NextMarker"])
    sizes += [version["CodeSize"] for version in more["Functions"]]
    equal(settings["AccountUsage"]["TotalCodeSize"], sum(sizes))


@check
def a_snapshot_is_taken_of_a_version():
    create("snapped", SnapStart={"ApplyOn": "PublishedVersions"})
    published = client.publish_version(FunctionName="snapped")
    equal((published["State"], published["StateReasonCode"]), ("Pending", "Creating"))
    equal(published["SnapStart"]["ApplyOn"], "PublishedVersions")
    wait("published_version_active", "snapped", Qualifier="1")
    read = client.get_function_configuration(FunctionName="snapped", Qualifier="1")
    equal((read["State"], read["SnapStart"]["OptimizationStatus"]), ("Active", "On"))
    client.delete_function(FunctionName="snapped")


@check
def a_version_goes_alone_and_its_number_never_returns():
    equal(status(client.delete_function(FunctionName="whole", Qualifier="3")), 204)
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('whole', 3)}"):
        client.get_function(FunctionName="whole", Qualifier="3")
    equal(status(client.delete_function(FunctionName="whole", Qualifier="3")), 204)
    update("whole", echo(5))
    equal(client.publish_version(FunctionName="whole")["Version"], "4")


@check
def without_a_qualifier_everything_goes_and_numbers_go_on_afterwards():
    equal(status(client.delete_function(FunctionName="whole")), 204)
    with refused(404, "ResourceNotFoundException", f"Function not found: {arn('whole')}"):
        client.get_function(FunctionName="whole")
    with refused(404, "ResourceNotFoundException"):
        client.get_alias(FunctionName="whole", Name="live")
    create("whole")
    equal(client.publish_version(FunctionName="whole")["Version"], "5")


run()
