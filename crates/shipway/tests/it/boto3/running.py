"""Functions run: what they are given, what comes back, which version ran."""

import base64
import collections
import json
import os
import pathlib
import tempfile
import time

from checks import *

NODE = """
export const handler = async (event, context) => {
  console.log("handling", JSON.stringify(event));
  return { runtime: "node", event, version: context.functionVersion, greeting: process.env.GREETING };
};
"""
BOOTSTRAP = """#!/usr/bin/env python3
import json, os, urllib.request

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
while True:
    with urllib.request.urlopen(f"{api}/next") as request:
        identity = request.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(request)
    answer = {"runtime": "provided", "event": event, "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"]}
    urllib.request.urlopen(f"{api}/{identity}/response", data=json.dumps(answer).encode()).close()
"""


def invoke(name, event=None, **settings):
    reply = client.invoke(FunctionName=name, Payload=json.dumps(event or {}).encode(), **settings)
    payload = reply["Payload"].read()
    return reply, json.loads(payload) if payload else None


create("python", Publish=True, Environment={"Variables": {"GREETING": "hello"}})
client.create_alias(FunctionName="python", Name="live", FunctionVersion="1")


@check
def a_python_function_answers_with_its_variables():
    reply, answer = invoke("python", {"order": 7}, Qualifier="live")
    equal((reply["StatusCode"], reply["ExecutedVersion"]), (200, "1"))
    assert "FunctionError" not in reply, (reply, answer)
    equal(answer["event"], {"order": 7})
    equal((answer["greeting"], answer["version"], answer["arn"]), ("hello", "1", arn("python", "live")))


@check
def latest_answers_without_a_qualifier():
    reply, answer = invoke("python")
    equal((reply["ExecutedVersion"], answer["version"], answer["arn"]), ("$LATEST", "$LATEST", arn("python")))


@check
def the_tail_of_the_log_comes_with_the_answer():
    reply, _ = invoke("python", {"order": 8}, Qualifier="live", LogType="Tail")
    log = base64.b64decode(reply["LogResult"]).decode()
    identity = headers(reply)["x-amzn-requestid"]
    assert f"START RequestId: {identity} Version: 1\n" in log, log
    assert "handling {'order': 8}\n" in log, log
    assert f"END RequestId: {identity}\n" in log, log
    assert f"REPORT RequestId: {identity}\tDuration: " in log, log


@check
def no_log_comes_unasked():
    reply, _ = invoke("python", Qualifier="live")
    assert "LogResult" not in reply, reply


@check
def a_dry_run_runs_nothing():
    reply, answer = invoke("python", Qualifier="live", InvocationType="DryRun")
    equal((reply["StatusCode"], answer), (204, None))
    assert "ExecutedVersion" not in reply, reply


@check
def an_event_is_accepted_and_runs_later():
    code = 'import os, pathlib\ndef handler(event, context):\n    pathlib.Path(event["file"]).write_text("done")\n'
    create("writer", zipped({"app.py": code}))
    with tempfile.TemporaryDirectory() as folder:
        written = pathlib.Path(folder) / "written"
        reply, answer = invoke("writer", {"file": str(written)}, InvocationType="Event")
        equal((reply["StatusCode"], answer), (202, None))
        assert "ExecutedVersion" not in reply, reply
        until = time.monotonic() + 60
        while not (written.exists() and written.read_text() == "done"):
            assert time.monotonic() < until, "the event did not run"
            time.sleep(0.02)


@check
def a_handler_that_raises_is_a_function_error():
    code = 'def handler(event, context):\n    raise ValueError("no such order")\n'
    create("raising", zipped({"app.py": code}))
    reply, answer = invoke("raising", LogType="Tail")
    equal((reply["StatusCode"], reply["FunctionError"]), (200, "Unhandled"))
    equal((answer["errorType"], answer["errorMessage"]), ("ValueError", "no such order"))


@check
def a_handler_that_returns_nothing_answers_null():
    create("silent", zipped({"app.py": "def handler(event, context):\n    pass\n"}))
    reply = client.invoke(FunctionName="silent")
    equal((reply["StatusCode"], reply["Payload"].read()), (200, b"null"))


@check
def a_handler_that_is_not_there_is_told_at_the_call():
    create("misnamed", Handler="nothing.handler")
    reply, answer = invoke("misnamed")
    equal((reply["FunctionError"], answer["errorType"]), ("Unhandled", "Runtime.ImportModuleError"))


@check
def a_process_that_exits_is_told():
    create("exiting", zipped({"app.py": "import os\ndef handler(event, context):\n    os._exit(3)\n"}))
    reply, answer = invoke("exiting")
    equal((reply["StatusCode"], reply["FunctionError"]), (200, "Unhandled"))
    equal(answer["errorType"], "Runtime.ExitError")
    assert answer["errorMessage"].endswith("Error: Runtime exited with error: exit status 3"), answer


@check
def a_handler_that_takes_too_long_is_stopped():
    code = "import time\ndef handler(event, context):\n    time.sleep(600)\n"
    create("slow", zipped({"app.py": code}), Timeout=1)
    reply, answer = invoke("slow")
    equal((reply["StatusCode"], reply["FunctionError"], answer["errorType"]), (200, "Unhandled", "Sandbox.Timedout"))
    assert answer["errorMessage"].endswith("Error: Task timed out after 1.00 seconds"), answer


@check
def a_node_function_answers():
    create(
        "node",
        zipped({"index.mjs": NODE}),
        Runtime="nodejs22.x",
        Handler="index.handler",
        Environment={"Variables": {"GREETING": "hej"}},
        Timeout=30,
    )
    reply, answer = invoke("node", {"order": 9})
    equal(answer, {"runtime": "node", "event": {"order": 9}, "version": "$LATEST", "greeting": "hej"})
    equal(reply["ExecutedVersion"], "$LATEST")


@check
def a_bootstrap_answers():
    create("custom", zipped({"bootstrap": BOOTSTRAP}), Runtime="provided.al2023", Handler="any", Timeout=30)
    _, answer = invoke("custom", {"order": 10})
    equal(answer, {"runtime": "provided", "event": {"order": 10}, "version": "$LATEST"})


@check
def weights_share_out_the_calls():
    update("python", echo(2))
    second = client.publish_version(FunctionName="python")["Version"]
    weights = {"AdditionalVersionWeights": {second: 0.3}}
    client.update_alias(FunctionName="python", Name="live", RoutingConfig=weights)
    seen = collections.Counter()
    for _ in range(200):
        reply, answer = invoke("python", Qualifier="live")
        equal(answer["version"], reply["ExecutedVersion"])
        equal(answer["edition"], int(reply["ExecutedVersion"]))
        seen[reply["ExecutedVersion"]] += 1
    equal(set(seen), {"1", second})
    # 60 are expected; fewer than 20 or more than 105 come less than once in a thousand million runs.
    assert 20 <= seen[second] <= 105, seen


@check
def a_new_version_answers_as_soon_as_the_alias_is_on_it():
    client.update_alias(
        FunctionName="python", Name="live", FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    for _ in range(20):
        reply, answer = invoke("python", Qualifier="live")
        equal((reply["ExecutedVersion"], answer["edition"]), ("2", 2))
    _, old = invoke("python", Qualifier="1")
    equal(old["edition"], 1)


@check
def a_version_keeps_the_variables_it_was_published_with():
    client.update_function_configuration(FunctionName="python", Environment={"Variables": {"GREETING": "goodbye"}})
    wait("function_updated_v2", "python")
    equal(invoke("python")[1]["greeting"], "goodbye")
    equal(invoke("python", Qualifier="live")[1]["greeting"], "hello")


@check
def nothing_of_the_servers_own_environment_reaches_a_function():
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    create("environment", zipped({"app.py": code}), Environment={"Variables": {"GREETING": "hello"}})
    _, seen = invoke("environment")
    equal((seen["AWS_LAMBDA_FUNCTION_NAME"], seen["AWS_REGION"], seen["GREETING"]), ("environment", REGION, "hello"))
    equal((seen["_HANDLER"], seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]), ("app.handler", "128"))
    assert "SHIPWAY_SECRET_OF_THE_SERVER" not in seen, sorted(seen)
    assert seen["AWS_ACCESS_KEY_ID"] != "of-the-server", sorted(seen)


run()
