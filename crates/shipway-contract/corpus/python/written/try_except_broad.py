import os

try:
    SAMPLE_RATE = float(os.environ["SAMPLE_RATE"])
except Exception:
    SAMPLE_RATE = 0.1

try:
    BUILD = os.environ["BUILD"]
except:  # noqa: E722
    BUILD = "unknown"


def handler(event, context):
    return {"rate": SAMPLE_RATE, "build": BUILD}
