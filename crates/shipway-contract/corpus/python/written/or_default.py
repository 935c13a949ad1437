import os
from urllib.parse import urljoin

BASE_URL = os.environ.get("BASE_URL") or "https://example.com"
STAGE = os.getenv("STAGE") or os.getenv("ENVIRONMENT") or "dev"
TIMEOUT = float(os.environ.get("TIMEOUT_SECONDS") or 2.5)


def handler(event, context):
    token = (
        event.get("token")
        or os.environ.get("API_TOKEN")
        or ""
    )
    return {"url": urljoin(BASE_URL, STAGE), "token": bool(token), "timeout": TIMEOUT}
