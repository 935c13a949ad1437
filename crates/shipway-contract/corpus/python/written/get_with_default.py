import logging
import os

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

PAGE_SIZE = int(os.environ.get("PAGE_SIZE", "50"))
RETRIES = int(os.getenv("RETRIES", 3))
ENDPOINT = os.getenv(key="ENDPOINT", default="https://api.example.com")
FEATURES = os.environ.get("FEATURES", "").split(",")
OWNER = os.environ.get("OWNER", None)


def handler(event, context):
    logger.info("page size %d, retries %d", PAGE_SIZE, RETRIES)
    return {"endpoint": ENDPOINT, "features": FEATURES, "owner": OWNER}
