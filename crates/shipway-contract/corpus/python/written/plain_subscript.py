"""Stores an order that arrives through API Gateway."""
import json
import os

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
TOPIC_ARN = os.environ['ORDERS_TOPIC_ARN']


def handler(event, context):
    order = json.loads(event["body"])
    TABLE.put_item(Item=order)
    boto3.client("sns").publish(
        TopicArn=TOPIC_ARN,
        Subject=os.environ["SUBJECT"],
        Message=json.dumps(order),
    )
    return {"statusCode": 201, "body": json.dumps({"id": order["id"]})}
