import os


def handler(event, context):
    # The default is evaluated whether it is needed or not.
    table = os.environ.get("TABLE_OVERRIDE", os.environ["TABLE"])
    region = event.get("region", os.environ["DEFAULT_TARGET"])
    key = event.get("key") or os.environ["DEFAULT_KEY"]
    return {"table": table, "region": region, "key": key}
