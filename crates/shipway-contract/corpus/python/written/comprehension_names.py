import os

REQUIRED = ("TABLE", "BUCKET", "TOPIC")

config = {name: os.environ[name] for name in REQUIRED}
missing = [name for name in REQUIRED if name not in os.environ]

if missing:
    raise RuntimeError(f"not set: {', '.join(missing)}")

HOSTS = [host.strip() for host in os.environ["HOSTS"].split(",") if host]
PAIRS = dict(pair.split("=") for pair in os.environ.get("PAIRS", "").split(";"))


def handler(event, context):
    for name in ("ALPHA", "BETA"):
        print(name, os.environ.get(name))
    return config
