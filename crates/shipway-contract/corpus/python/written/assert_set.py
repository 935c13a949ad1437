import os

REGION_NAME = os.environ.get("TARGET_REGION")
assert REGION_NAME, "TARGET_REGION is required"

assert "KMS_KEY_ID" in os.environ


def handler(event, context):
    assert os.environ.get("ROLE_ARN") is not None, "no role"
    ratio = os.environ.get("RATIO")
    assert event["records"], "nothing to do"
    return {"region": REGION_NAME, "ratio": ratio}
