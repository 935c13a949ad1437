"""What is refused while a function is being created or updated. The server's delays are so long that neither ends."""

from checks import *

PENDING = (
    "The operation cannot be performed at this time. The function is currently in the following state: Pending"
)


@check
def nothing_is_done_to_a_function_that_is_being_created():
    created = create_unwaited("new")
    with refused(409, "ResourceConflictException", PENDING):
        client.update_function_code(FunctionName="new", ZipFile=echo(2))
    with refused(409, "ResourceConflictException", PENDING):
        client.update_function_configuration(FunctionName="new", MemorySize=256)
    with refused(409, "ResourceConflictException", PENDING):
        client.publish_version(FunctionName="new")
    with refused(409, "ResourceConflictException", PENDING):
        client.invoke(FunctionName="new")
    read = client.get_function(FunctionName="new")["Configuration"]
    equal((read["State"], read["StateReasonCode"]), ("Pending", "Creating"))
    equal((read["RevisionId"], read["CodeSha256"]), (created["RevisionId"], sha256(echo())))
    assert "LastUpdateStatus" not in read, read


run()
