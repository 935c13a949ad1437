import os


def host():
    primary = os.environ.get("PRIMARY")
    secondary = os.environ.get("SECONDARY")
    if primary is None and secondary is None:
        raise RuntimeError("set PRIMARY or SECONDARY")
    return primary or secondary


def port():
    return os.environ["PORT"] if "PORT" in os.environ else "5432"


def user():
    return os.getenv("DB_USER", os.getenv("FALLBACK_USER", "postgres"))


def handler(event, context):
    return f"postgresql://{user()}@{host()}:{port()}"
