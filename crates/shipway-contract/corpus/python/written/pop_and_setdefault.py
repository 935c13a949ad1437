import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

PASSWORD = os.environ.pop("DB_PASSWORD")
PROXY = os.environ.pop("HTTP_PROXY", None)

import django  # noqa: E402

django.setup()


def handler(event, context):
    cache_dir = os.environ.setdefault("CACHE_DIR", "/tmp/cache")
    return {"cache": cache_dir, "proxied": PROXY is not None, "length": len(PASSWORD)}
