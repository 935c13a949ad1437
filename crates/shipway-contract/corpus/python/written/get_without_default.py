import os

import boto3

ENDPOINT_URL = os.environ.get("DYNAMODB_ENDPOINT")


def client():
    return boto3.client(
        "dynamodb",
        endpoint_url=ENDPOINT_URL,
        verify=os.getenv("CA_BUNDLE"),
    )


def handler(event, context):
    proxy = os.getenv("HTTPS_PROXY_HOST")
    return {"tables": client().list_tables()["TableNames"], "proxy": proxy}
