import os
from typing import Final

TABLE_ENV = "TABLE_NAME"
BUCKET_ENV: str = "BUCKET_NAME"
QUEUE_ENV: Final = "QUEUE_URL"


class Names:
    TOPIC = "TOPIC_ARN"


def handler(event, context):
    secret_env = "SECRET_ID"
    table = os.environ[TABLE_ENV]
    bucket = os.environ.get(BUCKET_ENV)
    queue = os.getenv(QUEUE_ENV, "local")
    topic = os.environ[Names.TOPIC]
    secret = os.environ[secret_env]
    return [table, bucket, queue, topic, secret]
