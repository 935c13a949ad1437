import os

import boto3

BUCKET = os.environ["BUCKET"]
s3 = boto3.client("s3")


def handler(event, context):
    key = os.getenv("KEY", "data.json")
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    if body:
        return process(body, [