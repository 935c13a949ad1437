import os

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger(service=os.environ["SERVICE_LABEL"])
tracer = Tracer(disabled=os.getenv("TRACER_OFF") == "true")
metrics = Metrics(namespace=os.environ.get("METRICS_NAMESPACE", "Shop"))

bucket = lambda key, name=os.environ["BUCKET"]: f"s3://{name}/{key}"
lazily = lambda: os.environ["LAZY"]


@tracer.capture_method(name=os.environ["TRACE_NAME"])
def work(event, *, limit: int = int(os.getenv("LIMIT", "5"))) -> str:
    return bucket(event["key"])[:limit]


@metrics.log_metrics
def handler(event, context):
    return sorted(event["items"], key=lambda item: item == os.environ.get("FIRST_ITEM"))
