import os
import re


def handler(event, context):
    if (bucket := os.environ.get("MIRROR_BUCKET")) is not None:
        print("mirroring to", bucket)
    if url := os.getenv("CALLBACK_URL"):
        print("calling", url)
    if not (token := os.environ.get("TOKEN")):
        raise PermissionError("TOKEN is not set")
    while (mode := os.environ.get("MODE")) == "paused":
        print(mode)
        break
    if match := re.match(r"arn:", os.environ["ROLE"]):
        return match.group(0), token
    return None
