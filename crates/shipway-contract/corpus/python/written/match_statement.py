import os


def level():
    match os.environ.get("LOG_LEVEL"):
        case "debug":
            return 10
        case "info" | None:
            return 20
        case _:
            return 30


def store(event):
    match event:
        case {"kind": "s3"}:
            return os.environ["S3_BUCKET"]
        case {"kind": "ddb", "table": table}:
            return table or os.getenv("DDB_TABLE")
        case {"kind": kind} if kind == os.environ.get("LOCAL_KIND"):
            return "/tmp"


def handler(event, context):
    return {"level": level(), "store": store(event)}
