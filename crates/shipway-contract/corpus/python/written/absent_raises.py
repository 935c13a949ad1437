import logging
import os

logger = logging.getLogger(__name__)


def database_url():
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise RuntimeError("DATABASE_URL must be set")
    return url


def signing_key():
    key = os.getenv("SIGNING_KEY", None)
    if key is None:
        logger.error("no signing key")
        raise RuntimeError("SIGNING_KEY must be set")
    return key.encode()


def bucket():
    name = os.environ.get("BUCKET", "")
    if name == "":
        raise ValueError("BUCKET is empty")
    return name


def issuer():
    value = os.environ.get("ISSUER")
    if value:
        return value
    else:
        raise ValueError("ISSUER is missing")
