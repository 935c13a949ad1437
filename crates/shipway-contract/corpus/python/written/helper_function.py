import os
from typing import Optional


class SettingMissing(Exception):
    pass


def setting(name: str, default: Optional[str] = None) -> str:
    """Reads a setting. setting("EXAMPLE") raises when there is none."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingMissing(name)
    return value


def flag(name="FEATURE_FLAG"):
    return os.getenv(name, "false").lower() == "true"


TABLE = setting("TABLE_NAME")
BUCKET = setting("BUCKET_NAME", "files")
NEW_UI = flag("NEW_UI")


def handler(event, context):
    return {"table": TABLE, "bucket": BUCKET, "new": NEW_UI}
