import os

import boto3


def destination():
    if "REPLICA_TABLE" in os.environ:
        return os.environ["REPLICA_TABLE"]
    return os.environ["PRIMARY_TABLE"]


def handler(event, context):
    table = boto3.resource("dynamodb").Table(destination())
    if "DRY_RUN" not in os.environ:
        table.put_item(Item=event)
    verbose = "VERBOSE" in os.environ and os.environ["VERBOSE"] != "0"
    return {"table": table.name, "verbose": verbose}
