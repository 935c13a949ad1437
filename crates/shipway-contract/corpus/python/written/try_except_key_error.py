import os

try:
    TABLE = os.environ["TABLE"]
except KeyError:
    TABLE = "orders-dev"

try:
    LIMIT = int(os.environ["LIMIT"])
except (KeyError, ValueError):
    LIMIT = 10


def tenant():
    try:
        return os.environ["TENANT"]
    except KeyError as missing:
        print("not set:", missing)
        return None


def handler(event, context):
    return {"table": TABLE, "limit": LIMIT, "tenant": tenant()}
