import os

BASE = f"https://{os.environ['API_HOST']}/v1"
URL = f"{BASE}/{os.environ.get('API_PATH', 'items')}"
QUEUE = (
    f"https://sqs.{os.environ['AWS_REGION']}.amazonaws.com/"
    f"{os.environ['ACCOUNT_ID']}/{os.getenv('QUEUE_NAME', 'jobs')!r:>20}"
)
ESCAPED = f"{{os.environ['NOT_CODE']}}"


def handler(event, context):
    return f"""
    {URL}
    {os.environ["SIGNATURE"]}
    {QUEUE}
    """
