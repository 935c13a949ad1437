import os


class ConfigurationError(Exception):
    pass


if "QUEUE_URL" not in os.environ:
    raise ConfigurationError("QUEUE_URL is not set")

QUEUE_URL = os.environ["QUEUE_URL"]

if "FUNCTION_LABEL" not in os.environ:
    print("FUNCTION_LABEL is not set, going on without")


def handler(event, context):
    if "BATCH_ID" in os.environ:
        print("batch", event["id"])
    else:
        raise ConfigurationError("no batch")
    return None
