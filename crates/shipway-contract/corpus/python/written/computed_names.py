import os

NAMES = ["TABLE", "BUCKET"]
BY_KIND = {"table": "TABLE_NAME"}


def handler(event, context):
    stage = event["stage"]
    table = os.environ[f"{stage}_TABLE"]
    bucket = os.environ.get("BUCKET_" + stage.upper())
    topic = os.getenv("TOPIC_%s" % stage, "none")
    queue = os.environ["QUEUE_{}".format(stage)]
    kind = os.environ[BY_KIND["table"]]
    first = os.environ[NAMES[0]]
    known = stage in os.environ
    fixed = os.environ["FIXED"]
    return [table, bucket, topic, queue, kind, first, known, fixed]
