import logging
import os

logger = logging.getLogger()


def handler(event, context):
    webhook = os.environ.get("WEBHOOK_URL")
    if not webhook:
        logger.warning("WEBHOOK_URL is not set: nobody will be told")
        return {"sent": False}

    channel = os.getenv("CHANNEL")
    if channel is None:
        channel = "#general"

    if not os.environ.get("MENTION"):
        logger.info("nobody is mentioned")
    return {"sent": True, "webhook": webhook, "channel": channel}
