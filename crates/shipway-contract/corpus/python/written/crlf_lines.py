import os
import json

# Saved by an editor that ends lines the old way.
TABLE = os.environ["TABLE"]


def handler(event, context):
    text = """one
    two os.environ["NOT_ME"]
    """
    stage = os.environ.get("STAGE", "dev")
    if "VERBOSE" in os.environ:
        print(text)
    return json.dumps({"table": TABLE, "stage": stage})
