"""Calls a function that starts a process, tells both process numbers in a file (`endless.py FILE`), and never ends."""

import contextlib
import json
import sys

from botocore.exceptions import BotoCoreError

from checks import *

CODE = """
import os, pathlib, subprocess

def handler(event, context):
    child = subprocess.Popen(["sleep", "100000"])
    pathlib.Path(event["file"]).write_text(f"{os.getpid()} {child.pid}\\n")
    while True:
        pass
"""

create("endless", zipped({"app.py": CODE}), Timeout=900)
with contextlib.suppress(BotoCoreError):
    # It ends with the server, which is killed in the middle.
    client.invoke(FunctionName="endless", Payload=json.dumps({"file": sys.argv[1]}).encode())
