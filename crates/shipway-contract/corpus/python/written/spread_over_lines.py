import os

TABLE = os.environ[
    "TABLE"
]

BUCKET = (
    os
    .environ
    .get("BUCKET")
)
if not BUCKET:
    raise SystemExit("BUCKET")

LIMIT = int(
    os.environ.get(
        # how many at once
        "LIMIT",
        "25",
    )
)

TOPIC = os . environ [ 'TOPIC' ] ; QUEUE = os.environ ["QUEUE"]
STAGE = os.\
    environ["STAGE"]
