from django.conf import settings

from mylib import getenv


class Box:
    environ = {"A": "1"}

    def getenv(self, name):
        return self.environ[name]


def handler(event, context):
    box = Box()
    request = event["requestContext"]
    values = [
        settings.environ["SETTING"],
        box.environ["A"],
        box.getenv("B"),
        getenv("C"),
        event["os.environ"],
        request.get("D"),
    ]
    environ = {"E": "2"}
    return values + [environ["E"]]
