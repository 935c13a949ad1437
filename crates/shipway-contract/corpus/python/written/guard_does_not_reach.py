import os


def handler(event, context):
    if "TRACE_URL" in os.environ:
        print("tracing")
    url = os.environ["TRACE_URL"]

    try:
        stage = os.environ["STAGE"]
    except KeyError:
        stage = None
    again = os.environ["STAGE"]

    if event.get("debug"):
        print(os.environ["DEBUG_TARGET"])
    return [url, stage, again]
