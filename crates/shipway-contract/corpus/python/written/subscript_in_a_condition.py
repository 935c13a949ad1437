import os

# A subscript raises before anything is compared.
IS_PRODUCTION = os.environ["STAGE"] == "production"


def handler(event, context):
    if os.environ["DEBUG"]:
        print(event)
    if IS_PRODUCTION and os.environ["AUDIT"] != "off":
        print("audited")
    return len(os.environ["SALT"]) > 0
