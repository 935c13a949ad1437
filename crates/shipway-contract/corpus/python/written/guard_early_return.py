import os

import boto3

sns = boto3.client("sns")


def notify(message):
    if "ALERT_TOPIC" not in os.environ:
        return None
    return sns.publish(TopicArn=os.environ["ALERT_TOPIC"], Message=message)


def archive(key):
    if not os.environ.get("ARCHIVE_BUCKET"):
        return False
    boto3.client("s3").put_object(Bucket=os.environ["ARCHIVE_BUCKET"], Key=key)
    return True


def handler(event, context):
    notify("started")
    return {"archived": archive(event["key"])}
