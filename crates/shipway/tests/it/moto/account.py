"""The account that is deployed to, as its owner sees it: `account.py provision` makes in it what provisioning would
make, `account.py look` prints what is there as JSON. Both take the function and the bucket."""

import base64
import hashlib
import io
import json
import sys
import zipfile

import boto3

ACCOUNT, REGION = "222222222222", "eu-west-1"


def owner():
    """A session in the account; anybody may assume anything of moto."""
    base = boto3.client("sts", region_name=REGION)
    role = base.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/owner", RoleSessionName="owner")["Credentials"]
    return boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], region_name=REGION)


def first_code():
    held = io.BytesIO()
    entry = zipfile.ZipInfo("app.py", (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(entry, "def handler(event, context):\n    return 'provisioned'\n")
    return held.getvalue()


def provision(session, function, bucket):
    iam, functions, s3 = session.client("iam"), session.client("lambda"), session.client("s3")
    assert session.client("sts").get_caller_identity()["Account"] == ACCOUNT
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    for role in ("deploy", "function"):
        try:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        except iam.exceptions.EntityAlreadyExistsException:
            pass
    functions.create_function(
        FunctionName=function,
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/function",
        Handler="app.handler",
        Code={"ZipFile": first_code()},
        Environment={"Variables": {"TABLE_NAME": "orders"}},
    )
    functions.create_alias(FunctionName=function, Name="live", FunctionVersion="$LATEST")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})


def look(session, function, bucket):
    functions, s3 = session.client("lambda"), session.client("s3")
    versions = functions.list_versions_by_function(FunctionName=function)["Versions"]
    alias = functions.get_alias(FunctionName=function, Name="live")
    objects = {}
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for listed in page.get("Contents", []):
                body = s3.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()
                objects[listed["Key"]] = hashlib.sha256(body).hexdigest()
    except s3.exceptions.NoSuchBucket:
        objects = None
    hexadecimal = lambda code: base64.b64decode(code).hex()
    return {
        "latest": hexadecimal(functions.get_function(FunctionName=function)["Configuration"]["CodeSha256"]),
        "provisioned": hashlib.sha256(first_code()).hexdigest(),
        "versions": {
            version["Version"]: hexadecimal(version["CodeSha256"])
            for version in versions
            if version["Version"] != "$LATEST"
        },
        "alias": alias["FunctionVersion"],
        "variables": functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"],
        "objects": objects,
    }


command, function, bucket = sys.argv[1:]
if command == "provision":
    provision(owner(), function, bucket)
else:
    print(json.dumps(look(owner(), function, bucket)))
