import os

if "LEDGER_TABLE" not in os.environ:
    os.environ["LEDGER_TABLE"] = "ledger-local"

LEDGER = os.environ["LEDGER_TABLE"]


def certificate():
    if os.environ.get("CERT_PATH"):
        with open(os.environ["CERT_PATH"]) as file:
            return file.read()
    elif "CERT_BODY" in os.environ:
        body = os.environ["CERT_BODY"]
        return body + os.environ["CERT_TAIL"]
    else:
        return os.environ["CERT_DEFAULT"]


def handler(event, context):
    if "A_TABLE" in os.environ:
        return os.environ["B_TABLE"]
    return LEDGER
