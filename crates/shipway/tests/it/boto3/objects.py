"""Code as an object in S3: moto holds the bucket, and the embedded Lambda was told where it is. It signs nothing, so the
objects are for everybody."""

import os

from checks import *

BUCKET = "zips-of-boto3"
s3 = boto3.client("s3", endpoint_url=os.environ["S3_URL"], config=Config(s3={"addressing_style": "path"}))
s3.create_bucket(Bucket=BUCKET, ACL="public-read")
for edition in (1, 2):
    s3.put_object(Bucket=BUCKET, Key=f"code/{edition}.zip", Body=echo(edition), ACL="public-read")
s3.put_object(Bucket=BUCKET, Key="text", Body=b"this is no zip", ACL="public-read")


@check
def a_function_is_created_from_an_object():
    created = client.create_function(
        FunctionName="fetched",
        Runtime="python3.13",
        Handler="app.handler",
        Role=ROLE,
        Code={"S3Bucket": BUCKET, "S3Key": "code/1.zip"},
    )
    equal((created["CodeSha256"], created["CodeSize"]), (sha256(echo(1)), len(echo(1))))
    wait("function_active_v2", "fetched")


@check
def its_code_is_updated_from_an_object_and_runs():
    import json

    updated = client.update_function_code(FunctionName="fetched", S3Bucket=BUCKET, S3Key="code/2.zip")
    equal(updated["CodeSha256"], sha256(echo(2)))
    wait("function_updated_v2", "fetched")
    equal(json.loads(client.invoke(FunctionName="fetched")["Payload"].read())["edition"], 2)


@check
def the_object_is_copied_not_referred_to():
    s3.delete_object(Bucket=BUCKET, Key="code/2.zip")
    equal(client.invoke(FunctionName="fetched")["StatusCode"], 200)


@check
def an_object_or_a_bucket_that_is_not_there_is_told_in_s3s_words():
    start = "Error occurred while GetObject. S3 Error Code: "
    with refused(
        400,
        "InvalidParameterValueException",
        start + "NoSuchKey. S3 Error Message: The specified key does not exist.",
    ):
        client.update_function_code(FunctionName="fetched", S3Bucket=BUCKET, S3Key="code/3.zip")
    with refused(
        400,
        "InvalidParameterValueException",
        start + "NoSuchBucket. S3 Error Message: The specified bucket does not exist",
    ):
        client.update_function_code(FunctionName="fetched", S3Bucket="never-made-of-boto3", S3Key="code/1.zip")


@check
def an_object_that_is_no_zip_is_refused():
    with refused(
        400,
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    ):
        client.update_function_code(FunctionName="fetched", S3Bucket=BUCKET, S3Key="text")


run()
