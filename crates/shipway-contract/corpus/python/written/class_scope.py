import os


class Store:
    table = os.environ["STORE_TABLE"]
    ttl = int(os.environ.get("STORE_TTL", 300))

    def __init__(self, bucket=os.environ["STORE_BUCKET"]):
        self.bucket = bucket
        self.key = os.environ.get("STORE_KEY")
        if not self.key:
            raise ValueError("STORE_KEY is needed")
        self.label = os.environ.get("STORE_LABEL")
        if self.label is None:
            self.label = "store"

    @property
    def prefix(self):
        return os.environ["STORE_PREFIX"]

    @staticmethod
    def debug():
        return os.getenv("STORE_DEBUG") == "1"
