import os as operating_system
from os import environ
from os import environ as env, getenv as read_setting

import boto3

TABLE = operating_system.environ["TABLE"]
STAGE = operating_system.getenv("STAGE", "dev")
BUCKET = environ["BUCKET"]
PREFIX = environ.get("PREFIX", "")
TOPIC = env["TOPIC_ARN"]
TRACE = read_setting("TRACE")


def handler(event, context):
    if "SKIP" in env:
        return None
    return boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=PREFIX)
