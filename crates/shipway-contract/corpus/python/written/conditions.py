import os

DEBUG = True if os.environ.get("DEBUG") else False
COLOR = not os.environ.get("NO_COLOR")
ENABLED = os.getenv("ENABLED", "").lower() in ("1", "true", "yes")
PRODUCTION = os.environ.get("STAGE") == "production"


def handler(event, context):
    if os.environ.get("MAINTENANCE"):
        return {"statusCode": 503}
    while not os.environ.get("READY"):
        break
    proxy = os.environ.get("PROXY_URL")
    if proxy and len(proxy) > 0:
        print(proxy)
    if os.environ.get("TOKEN") and os.environ["TOKEN"].startswith("ey"):
        print("a JWT")
    elif os.getenv("USER_POOL") is None:
        print("anonymous")
    return {"statusCode": 200}
