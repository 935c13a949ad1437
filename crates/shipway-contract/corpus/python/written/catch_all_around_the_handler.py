import json
import logging
import os

import boto3

logger = logging.getLogger()


def handler(event, context):
    try:
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        for record in event["Records"]:
            body = json.loads(record["body"])
            table.put_item(Item=body)
        return {"statusCode": 200}
    except Exception:
        logger.exception("the batch failed")
        return {"statusCode": 500}
