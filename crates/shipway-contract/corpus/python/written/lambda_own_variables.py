import os

REGION = os.environ["AWS_REGION"]
NAME = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
VERSION = os.getenv("AWS_LAMBDA_FUNCTION_VERSION")
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
IN_LAMBDA = "AWS_EXECUTION_ENV" in os.environ
TRACE = os.environ.get("_X_AMZN_TRACE_ID")
REGION_KEY = "AWS_DEFAULT_REGION"


def handler(event, context):
    os.environ["PATH"] = "/opt/bin:" + os.environ["PATH"]
    return {
        "region": os.environ[REGION_KEY],
        "key": os.environ["AWS_ACCESS_KEY_ID"],
        "token": os.environ["AWS_SESSION_TOKEN"],
        "profile": os.environ.get("AWS_PROFILE"),
        "account": os.environ["AWS_ACCOUNT_ID"],
        "endpoint": os.getenv("AWS_ENDPOINT_URL"),
        "lambda": os.environ["LAMBDA_STAGE"],
    }
