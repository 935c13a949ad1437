import os


def has_cache():
    return "CACHE_HOST" in os.environ


def cache_host():
    # has_cache() was asked elsewhere: this function itself tests nothing.
    return os.environ["CACHE_HOST"]


def handler(event, context):
    if has_cache():
        return {"cache": cache_host()}
    return {"cache": None}
