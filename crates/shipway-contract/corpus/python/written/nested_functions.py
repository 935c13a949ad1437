import functools
import os


def retrying(times=int(os.environ.get("RETRY_TIMES", "3"))):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except OSError:
                    print("attempt", attempt, os.environ["SERVICE"])
            return os.environ.get("FALLBACK")
        return wrapper
    return decorate


@retrying()
def handler(event, context):
    def target():
        return os.environ["TARGET"]
    return target()
