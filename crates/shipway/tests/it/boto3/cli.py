"""The AWS CLI, as people type it."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from checks import *

folder = tempfile.TemporaryDirectory()
place = pathlib.Path(folder.name)


def aws(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "awscli", "lambda", *arguments],
        cwd=place,
        env=os.environ | {"AWS_DEFAULT_OUTPUT": "json", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def done(*arguments):
    ran = aws(*arguments)
    equal((ran.returncode, ran.stderr), (0, ""))
    return json.loads(ran.stdout) if ran.stdout.strip() else None


def failed(text, *arguments):
    ran = aws(*arguments)
    assert ran.returncode not in (0, 252), ran
    assert text in ran.stderr, ran.stderr


(place / "first.zip").write_bytes(echo(1))
(place / "second.zip").write_bytes(echo(2))


@check
def create_function():
    created = done(
        "create-function", "--function-name", "typed", "--runtime", "python3.13", "--handler", "app.handler",
        "--role", ROLE, "--zip-file", "fileb://first.zip", "--environment", "Variables={GREETING=hello}",
    )  # fmt: skip
    equal((created["State"], created["StateReasonCode"]), ("Pending", "Creating"))
    done("wait", "function-active-v2", "--function-name", "typed")


@check
def get_function():
    equal(done("get-function", "--function-name", "typed")["Configuration"]["State"], "Active")


@check
def publish_version_and_create_alias():
    equal(done("publish-version", "--function-name", "typed")["Version"], "1")
    alias = ("--function-name", "typed", "--name", "live", "--function-version", "1")
    equal(done("create-alias", *alias)["AliasArn"], arn("typed", "live"))
    failed("(ResourceConflictException)", "create-alias", *alias)


@check
def invoke_with_a_payload():
    reply = done(
        "invoke", "--function-name", "typed:live", "--payload", '{"order": 7}', "--log-type", "Tail", "answer.json",
        *(["--cli-binary-format", "raw-in-base64-out"] if supports_binary_format() else []),
    )  # fmt: skip
    equal((reply["StatusCode"], reply["ExecutedVersion"]), (200, "1"))
    assert "REPORT RequestId: " in base64.b64decode(reply["LogResult"]).decode()
    answer = json.loads((place / "answer.json").read_text())
    equal((answer["event"], answer["greeting"]), ({"order": 7}, "hello"))


def supports_binary_format():
    """Version 2 takes payloads as base64 unless told; version 1 knows no such flag."""
    version = subprocess.run([sys.executable, "-m", "awscli", "--version"], capture_output=True, text=True, check=True)
    return version.stdout.startswith("aws-cli/2")


@check
def update_function_code():
    done("update-function-code", "--function-name", "typed", "--zip-file", "fileb://second.zip", "--publish")
    done("wait", "function-updated-v2", "--function-name", "typed")
    done("update-alias", "--function-name", "typed", "--name", "live", "--function-version", "2")
    done("invoke", "--function-name", "typed:live", "answer.json")
    equal(json.loads((place / "answer.json").read_text())["edition"], 2)


@check
def refusals_are_shown_with_code_and_text():
    failed(f"An error occurred (PreconditionFailedException) when calling the UpdateAlias operation: {STALE}",
           "update-alias", "--function-name", "typed", "--name", "live", "--revision-id", "stale")  # fmt: skip
    failed("(ResourceConflictException) when calling the DeleteFunction operation: Unable to delete version because "
           "the following aliases reference it: [live]",
           "delete-function", "--function-name", "typed", "--qualifier", "2")  # fmt: skip


@check
def delete_function():
    done("delete-alias", "--function-name", "typed", "--name", "live")
    done("delete-function", "--function-name", "typed")
    failed("(ResourceNotFoundException)", "get-function", "--function-name", "typed")


run()
