import os


class Sandbox:
    environ = {"INNER": "yes"}


def inner():
    os = Sandbox()
    return os.environ["INNER"]


def parameter(os):
    return os.environ["GIVEN"]


def handler(event, context):
    return [inner(), parameter(Sandbox()), os.environ["OUTER"]]
