import os

env = os.environ
get = os.environ.get


def settings():
    return {
        "table": env["TABLE"],
        "stage": env.get("STAGE", "dev"),
        "owner": get("OWNER"),
        "ttl": int(get("TTL", "60")),
    }


def handler(event, context):
    local = os.environ
    if "REGION_OVERRIDE" in local:
        return settings()
    return {"account": local["ACCOUNT"], **settings()}
