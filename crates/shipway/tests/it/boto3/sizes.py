"""What is too large."""

import io
import os
import zipfile

from checks import *

create("large")


@check
def a_zip_of_50_megabytes_goes_through_s3():
    text = "Zipped size must be smaller than 52428800 bytes"
    # The zip's own comment and headers come on top.
    code = zipped({"app.py": ECHO.format(edition=1), "noise": os.urandom(52_428_800)})
    with refused(413, "RequestEntityTooLargeException", text) as caught:
        client.update_function_code(FunctionName="large", ZipFile=code)
    assert "Type" not in caught.reply, caught.reply
    with refused(413, "RequestEntityTooLargeException", text):
        create_unwaited("too-large", code)


@check
def a_request_has_a_limit_of_its_own():
    with refused(
        413,
        "RequestEntityTooLargeException",
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
    ):
        create_unwaited("too-large", bytes(52_700_000))


@check
def what_a_zip_unpacks_to_is_limited():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("app.py", ECHO.format(edition=1))
        with archive.open("zeros", "w") as entry:
            for _ in range(250):
                entry.write(bytes(1_048_576))
    with refused(400, "InvalidParameterValueException", "Unzipped size must be smaller than 262144000 bytes"):
        client.update_function_code(FunctionName="large", ZipFile=held.getvalue())


@check
def the_function_is_as_it_was():
    equal(client.get_function(FunctionName="large")["Configuration"]["CodeSha256"], sha256(echo()))
    equal(len(client.list_functions()["Functions"]), 1)


run()
