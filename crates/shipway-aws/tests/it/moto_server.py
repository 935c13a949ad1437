"""moto on a free port of 127.0.0.1, with what the tests find there. Says where on its first line of output, and ends
when its input does: so it never outlives the test binary, however that ends."""

import io
import json
import logging
import os
import sys
import zipfile

for name, value in {
    "AWS_ACCESS_KEY_ID": "base",
    "AWS_SECRET_ACCESS_KEY": "base",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}.items():
    os.environ[name] = value
os.environ.pop("AWS_PROFILE", None)

import boto3  # noqa: E402  (after the environment that it reads)
from moto.server import ThreadedMotoServer  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://{host}:{port}"


def client(service, **credentials):
    return boto3.client(service, endpoint_url=url, **credentials)


s3 = client("s3")
for bucket in ("plain", "versioned", "damaged"):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})

zipped = io.BytesIO()
with zipfile.ZipFile(zipped, "w") as archive:
    archive.writestr("app.py", "def handler(event, context):\n    return event\n")


def provision(function, **credentials):
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client("iam", **credentials).create_role(RoleName="function", AssumeRolePolicyDocument=trust)
    client("lambda", **credentials).create_function(
        FunctionName=function,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="app.handler",
        Code={"ZipFile": zipped.getvalue()},
        Environment={"Variables": {"TABLE_NAME": "orders"}},
    )


provision("orders")
role = client("sts").assume_role(RoleArn="arn:aws:iam::222222222222:role/deployer", RoleSessionName="setup")
provision(
    "elsewhere",
    aws_access_key_id=role["Credentials"]["AccessKeyId"],
    aws_secret_access_key=role["Credentials"]["SecretAccessKey"],
    aws_session_token=role["Credentials"]["SessionToken"],
)

print(url, flush=True)
sys.stdin.read()
server.stop()
