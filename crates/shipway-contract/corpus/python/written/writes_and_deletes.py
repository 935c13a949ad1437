import os
import subprocess

os.environ["HOME"] = "/tmp"
os.environ["MPLCONFIGDIR"] = os.environ["SCRATCH_DIR"]
os.environ.update({"FONTCONFIG_PATH": "/opt/etc/fonts"})
os.putenv("MAGICK_HOME", "/opt")


def handler(event, context):
    del os.environ["HOME"]
    os.environ["REQUEST_ID"] = context.aws_request_id
    try:
        return subprocess.check_output(["/opt/bin/convert", event["path"]])
    finally:
        os.unsetenv("REQUEST_ID")
