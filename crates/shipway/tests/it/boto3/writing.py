"""Writes until the server is gone, and says the number of each write that was acknowledged."""

from botocore.exceptions import BotoCoreError

from checks import *

create("written", Publish=True)
number = 0
try:
    while True:
        client.create_alias(FunctionName="written", Name=f"a{number}", FunctionVersion="1", Description=str(number))
        print(number, flush=True)
        number += 1
except BotoCoreError:
    # The connection, not an answer of the server, is what failed.
    pass
