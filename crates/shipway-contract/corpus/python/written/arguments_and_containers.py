import os

import boto3
import psycopg2

connection = psycopg2.connect(
    host=os.environ["PGHOST"],
    port=os.environ.get("PGPORT", 5432),
    dbname=os.environ["PGDATABASE"], user=os.environ["PGUSER"],
    password=boto3.client("secretsmanager").get_secret_value(
        SecretId=os.environ["PGSECRET"]
    )["SecretString"],
)

ROUTES = {
    "orders": (os.environ["ORDERS_URL"], int(os.getenv("ORDERS_PORT", "443"))),
    os.environ["EXTRA_ROUTE"]: ("localhost", 8080),
}
FIRST, SECOND = os.environ["FIRST"], os.environ.get("SECOND")


def handler(event, context):
    host, port = ROUTES[event["route"]]
    yield from [*os.environ["LIST"].split(","), host, port]
