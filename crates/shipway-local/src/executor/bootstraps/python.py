"""Runs a Python function of the local environment: the Runtime API on one side, the user's handler on the other.

Standard library only. It words its errors as AWS's own client does. It is started as `python -S -u` so that a
dependency that is not in the package is missed here as it would be on AWS; `site` is loaded below for its builtins.
"""

import decimal
import http.client
import importlib
import json
import logging
import math
import os
import site
import sys
import time
import traceback

API = "/2018-06-01/runtime/"


class Fault(Exception):
    """Something that is wrong with the function before its handler is reached."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.trace = list(trace)


class Client:
    """One kept-alive connection, without a timeout: a function may wait for its next event for ever."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def next(self):
        self.connection.request("GET", API + "invocation/next")
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(1)
        return response.headers, body

    def post(self, path, body, headers):
        self.connection.request("POST", API + path, body=body, headers=headers)
        response = self.connection.getresponse()
        response.read()
        return response.status


class Identity:
    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")


class MobileClient:
    FIELDS = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, fields):
        for name in self.FIELDS:
            setattr(self, name, fields.get(name))


class ClientContext:
    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        self.client = MobileClient(fields["client"]) if fields.get("client") else None


class Context:
    def __init__(self, headers):
        environment = os.environ
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = environment.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = environment.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = environment.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment.get("AWS_LAMBDA_LOG_STREAM_NAME")
        client_context = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self.identity = Identity(json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}"))
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class LogHandler(logging.Handler):
    def emit(self, record):
        sys.stdout.write(self.format(record))


class RequestIdFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = LogHandler()
    handler.setFormatter(
        logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
        )
    )
    request_id = RequestIdFilter()
    handler.addFilter(request_id)
    logging.getLogger().addHandler(handler)
    return request_id


def set_up_modules(root):
    own_folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [root] + [entry for entry in sys.path if entry not in ("", own_folder, root)]
    # What `site` gives interactive and careless code, without its folders.
    site.setquit()
    site.sethelper()


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}")
    dotted = module_name.replace("/", ".")
    if dotted.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(dotted)
    except ImportError as error:
        if (error.name or "").split(".")[0] in ("boto3", "botocore"):
            sys.stdout.write("[shipway] on AWS the runtime brings boto3 along, here it has to be in the package\n")
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [place])
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")


def describe(error, request_id):
    """An exception as the body of an error and as text for the log."""
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace
    else:
        kind, message = type(error).__name__, str(error)
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename != __file__ and not frame.filename.startswith("<frozen importlib")
        ]
        trace = traceback.format_list(frames)
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
    text = f"[ERROR] {kind}: {message}\n"
    if trace:
        text += "Traceback (most recent call last):\n" + "".join(trace)
    return kind, body, text


def to_json(value):
    def other(item):
        if isinstance(item, decimal.Decimal):
            return math.nan if item.is_nan() else float(item)
        raise TypeError(f"Object of type {type(item).__name__} is not JSON serializable")

    return json.dumps(value, default=other, ensure_ascii=sys.version_info < (3, 12)).encode("utf-8")


def report(client, path, error, request_id, headers):
    kind, body, text = describe(error, request_id)
    sys.stdout.write(text)
    client.post(path, to_json(body), {**headers, "Lambda-Runtime-Function-Error-Type": kind})


def handle(handler, headers, body):
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")
    result = handler(event, Context(headers))
    try:
        return to_json(result)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}")


def main():
    root = os.environ["LAMBDA_TASK_ROOT"]
    client = Client(os.environ["AWS_LAMBDA_RUNTIME_API"])
    logged_request = set_up_logging()
    set_up_modules(root)
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        report(client, "init/error", error, "", {})
        raise SystemExit(1)
    while True:
        headers, body = client.next()
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        logged_request.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id") or ""
        echo = {"Lambda-Runtime-Invocation-Id": headers.get("Lambda-Runtime-Invocation-Id") or ""}
        try:
            result = handle(handler, headers, body)
        except Exception as error:
            report(client, f"invocation/{request_id}/error", error, request_id, echo)
        else:
            client.post(f"invocation/{request_id}/response", result, {**echo, "Content-Type": "application/json"})


main()
