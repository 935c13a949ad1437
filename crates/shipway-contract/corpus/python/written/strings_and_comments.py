"""Documentation that shows code.

    os.environ["FROM_DOCSTRING"]

>>> os.getenv("FROM_DOCTEST")
"""
import os

# TABLE = os.environ["FROM_COMMENT"]
SNIPPET = 'import os; print(os.environ["FROM_STRING"])'
HELP = """
Set os.environ["FROM_TRIPLE"] or call os.getenv("FROM_TRIPLE_TOO").
"""
RAW = r"os\.environ\[\"FROM_RAW\"\]"


def handler(event, context):
    """Reads ``os.environ["FROM_FUNCTION_DOC"]``, or so it says."""
    real = os.environ["REAL"]  # not os.environ["TRAILING"]
    return f'{SNIPPET} os.environ["NOT_INTERPOLATED"] {real}'
