import os

import boto3

# Judged where it stands: at the top level nothing fails when it is absent.
TABLE_NAME = os.environ.get("TABLE_NAME")


def table():
    if not TABLE_NAME:
        raise RuntimeError("TABLE_NAME is not configured")
    return boto3.resource("dynamodb").Table(TABLE_NAME)


def handler(event, context):
    user = os.environ.get("DB_USER")
    password = os.environ.get("DB_PASSWORD")
    if not user or not password:
        raise RuntimeError("no credentials")
    return table().get_item(Key={"id": event["id"]})
