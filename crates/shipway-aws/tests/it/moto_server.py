"""moto on free ports of 127.0.0.1, with and without TLS, with what the tests find there. Says where on its first line
of output, and ends when its input does: so it never outlives the test binary, however that ends."""

import datetime
import io
import json
import logging
import os
import ssl
import sys
import tempfile
import threading
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
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from moto.server import DomainDispatcherApplication, ThreadedMotoServer, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

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
other_account = {
    "aws_access_key_id": role["Credentials"]["AccessKeyId"],
    "aws_secret_access_key": role["Credentials"]["SecretAccessKey"],
    "aws_session_token": role["Credentials"]["SessionToken"],
}
provision("elsewhere", **other_account)
client("s3", **other_account).create_bucket(
    Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
)



def certificate(name, key, issuer, issuer_key, is_authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


with tempfile.TemporaryDirectory() as folder:
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate("a company's authority", authority_key, "a company's authority", authority_key, True)
    leaf = certificate("localhost", key, "a company's authority", authority_key, False)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write(folder, "leaf.pem", leaf), write(folder, "key.pem", pem))
    tls = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, ssl_context=context
    )
    threading.Thread(target=tls.serve_forever, daemon=True).start()
    where = {
        "url": url,
        "tls_url": f"https://localhost:{tls.port}",
        "authority": write(folder, "authority.pem", authority),
    }
    print(json.dumps(where), flush=True)
    sys.stdin.read()
server.stop()
