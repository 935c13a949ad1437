import os
import sys

from .names import IMPORTED_ENV

KEY = "FIRST"
KEY = "SECOND"

if sys.platform == "linux":
    HOST_ENV = "LINUX_HOST"
else:
    HOST_ENV = "OTHER_HOST"


def handler(event, context):
    name = "BASE"
    if event.get("replica"):
        name += "_REPLICA"
    values = [os.environ[name]]
    values.append(os.environ[KEY])
    values.append(os.environ.get(HOST_ENV))
    values.append(os.getenv(IMPORTED_ENV, "x"))
    return values
