import json
from dataclasses import dataclass


@dataclass
class Environment:
    name: str
    variables: dict

    def get(self, key, default=None):
        return self.variables.get(key, default)


def handler(event, context):
    env = Environment("test", {"TABLE": "t"})
    table = env.get("TABLE")
    environment = {"BUCKET": "b"}
    bucket = environment["BUCKET"]
    if "STAGE" in environment:
        print(environment.get("STAGE"))
    return json.dumps([table, bucket, env.variables["TABLE"]])
