"""A name for a web page and a host's name for DNS, by two packages: MarkupSafe, with compiled code, and idna."""

import idna
from markupsafe import Markup


def handler(event, context):
    return {
        "greeting": str(Markup("<b>Hello, {}!</b>").format(event["name"])),
        "host": idna.encode(event["host"]).decode("ascii"),
    }
