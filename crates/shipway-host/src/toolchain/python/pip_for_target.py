"""Runs pip as if on the machine that a package is for.

pip chooses wheels for another machine when it is told so, and still asks the machine it runs on whether a requirement's
marker (`python_version < "3.11"`, `platform_machine == "aarch64"`) holds. The answers are in markers.json beside this file.
"""

import json
import os
import sys

try:
    from pip._vendor.packaging import markers

    here = markers.default_environment
except (ImportError, AttributeError) as error:
    sys.exit(f"this pip cannot be told which machine a package is for ({error}): use uv, or another version of pip")

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "markers.json"), encoding="utf-8") as file:
    there = json.load(file)

markers.default_environment = lambda: {**here(), **there}

from pip._internal.cli.main import main  # noqa: E402  (what it imports must find the above)

sys.exit(main())
