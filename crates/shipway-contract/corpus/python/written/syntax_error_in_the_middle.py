import os

TABLE = os.environ["TABLE"]


def first(event):
    return os.environ.get("FIRST", "1")


def broken(event:
    x = = 3


def last(event):
    return os.environ["LAST"]


def handler(event, context):
    return first(event), last(event), TABLE
