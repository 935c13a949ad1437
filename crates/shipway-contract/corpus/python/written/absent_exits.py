import os
import sys

TOKEN = os.environ.get("API_TOKEN")
if TOKEN is None:
    sys.exit("API_TOKEN is not set")

if not os.getenv("WORKERS"):
    print("WORKERS is not set", file=sys.stderr)
    sys.exit(1)

if not os.getenv("ENABLED"):
    sys.exit(0)

SECRET = os.environ.get("SECRET_ARN") or sys.exit("no SECRET_ARN")


def handler(event, context):
    return {"ok": True}
