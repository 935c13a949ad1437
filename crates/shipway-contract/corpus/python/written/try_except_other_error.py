import os


def limit():
    try:
        return int(os.environ["LIMIT"])
    except ValueError:
        return 100


def fallback():
    try:
        return os.environ["PRIMARY_HOST"]
    except KeyError:
        return os.environ["SECONDARY_HOST"]


def closing():
    try:
        connection = open("/tmp/lock")
    except KeyError:
        return None
    else:
        return os.environ["LOCK_OWNER"]
    finally:
        print(os.environ["LOCK_NAME"])
