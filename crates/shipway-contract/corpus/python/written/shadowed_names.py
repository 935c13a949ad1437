from os import environ

from fake import os


class Request:
    def __init__(self, environ):
        self.host = environ["HTTP_HOST"]
        self.path = environ.get("PATH_INFO", "/")


def application(environ, start_response):
    start_response("200 OK", [])
    return [environ["REQUEST_METHOD"].encode()]


def stubbed():
    return os.environ["STUB"], os.getenv("STUB_TOO")


def handler(event, context):
    return environ["STAGE"]
