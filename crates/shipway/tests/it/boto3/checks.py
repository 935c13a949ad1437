"""What the scripts beside it share: clients of the embedded Lambda, zips, and a list of checks that runs whole."""

import base64
import contextlib
import hashlib
import io
import os
import sys
import traceback
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/function"
CREATING = ("The function is being created.", "Creating")

# Each refusal is to be seen: nothing is tried again.
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=60)
client = boto3.client("lambda", config=ONCE)
# Sends also what boto3 itself would refuse.
unchecked = boto3.client("lambda", config=ONCE.merge(Config(parameter_validation=False)))

ECHO = """
import os

EDITION = {edition!r}

def handler(event, context):
    print("handling", event)
    return {{"edition": EDITION, "event": event, "version": context.function_version,
             "arn": context.invoked_function_arn, "greeting": os.environ.get("GREETING")}}
"""

checks = []


def check(function):
    """Adds a check: a function without arguments that asserts. Its name says what is checked."""
    checks.append(function)
    return function


def run():
    """Runs all checks, in order, and ends the process: with 1 when any failed."""
    failed = []
    for function in checks:
        name = function.__name__.replace("_", " ")
        try:
            function()
        except Exception:
            failed.append(name)
            print(f"FAILED  {name}\n{traceback.format_exc()}")
        else:
            print(f"ok      {name}")
    if failed or not checks:
        print(f"{len(failed)} of {len(checks)} checks failed: {'; '.join(failed)}")
        sys.exit(1)


def equal(actual, expected):
    assert actual == expected, f"\n  actual:   {actual!r}\n  expected: {expected!r}"


def arn(name, qualifier=None):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else "")


def zipped(files):
    """A zip of {path: text or bytes}, the same bytes each time. A path named bootstrap can be executed."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if path == "bootstrap" else 0o644) << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return held.getvalue()


def echo(edition=1):
    return zipped({"app.py": ECHO.format(edition=edition)})


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def create(name, code=None, **settings):
    """CreateFunction, waited for."""
    created = create_unwaited(name, code, **settings)
    wait("function_active_v2", name)
    return created


def create_unwaited(name, code=None, **settings):
    arguments = {"Runtime": "python3.13", "Handler": "app.handler", "Role": ROLE} | settings
    return client.create_function(FunctionName=name, Code={"ZipFile": code or echo()}, **arguments)


def update(name, code, **settings):
    """UpdateFunctionCode, waited for."""
    updated = client.update_function_code(FunctionName=name, ZipFile=code, **settings)
    wait("function_updated_v2", name)
    return updated


def wait(waiter, name, **settings):
    client.get_waiter(waiter).wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}, **settings)


def revision(name):
    return client.get_function(FunctionName=name)["Configuration"]["RevisionId"]


def status(reply):
    return reply["ResponseMetadata"]["HTTPStatusCode"]


def headers(reply):
    return reply["ResponseMetadata"]["HTTPHeaders"]


@contextlib.contextmanager
def refused(http_status, code, message=None, starts=None):
    """The block must end with this error of the service."""
    caught = Caught()
    try:
        yield caught
    except ClientError as error:
        caught.reply = error.response
        equal((status(error.response), error.response["Error"]["Code"]), (http_status, code))
        equal(headers(error.response)["x-amzn-errortype"].split(":")[0], code)
        text = error.response["Error"]["Message"]
        if message is not None:
            equal(text, message)
        if starts is not None:
            assert text.startswith(starts), f"\n  actual: {text!r}\n  start:  {starts!r}"
    else:
        raise AssertionError(f"it was not refused with {code}")


class Caught:
    """What a refusal looked like."""

    reply = None


STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
)


def in_progress(name):
    return (
        "The operation cannot be performed at this time. "
        f"An update is in progress for resource: {arn(name)}"
    )
