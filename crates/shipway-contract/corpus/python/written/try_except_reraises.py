import os
import sys


class MissingSetting(Exception):
    pass


def table():
    try:
        return os.environ["TABLE"]
    except KeyError as error:
        raise MissingSetting("TABLE") from error


def bucket():
    try:
        name = os.environ["BUCKET"]
    except KeyError:
        print("BUCKET is missing")
        raise
    return name


def queue():
    try:
        return os.environ["QUEUE"]
    except KeyError:
        sys.exit(2)
