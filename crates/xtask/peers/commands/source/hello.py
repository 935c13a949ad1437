"""A function that needs nothing, so that what is measured is the tool."""


def handler(event, context):
    return {"answer": 42}
