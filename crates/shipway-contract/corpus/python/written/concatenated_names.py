import os

PREFIX = "BILLING_"
SERVICE = "INVOICE"

TABLE = os.environ[PREFIX + "TABLE"]
BUCKET = os.environ.get(f"{PREFIX}BUCKET", "invoices")
QUEUE = os.environ[PREFIX + SERVICE + "_QUEUE"]
TOPIC = os.getenv("BILLING" "_TOPIC")
MODE = os.environ[f"{PREFIX}{SERVICE}_MODE"]
PLAIN = os.environ[f"PLAIN_NAME"]


def handler(event, context):
    return [TABLE, BUCKET, QUEUE, TOPIC, MODE, PLAIN]
