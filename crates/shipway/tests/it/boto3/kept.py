"""State that outlives its server: `kept.py make` on one server, `kept.py find` on the next of the same folder."""

import json
import sys

from checks import *


def make():
    create("kept", Environment={"Variables": {"GREETING": "hello"}}, Tags={"team": "orders"})
    client.publish_version(FunctionName="kept", Description="first")
    update("kept", echo(2))
    client.publish_version(FunctionName="kept")
    client.create_alias(FunctionName="kept", Name="live", FunctionVersion="2")
    weights = {"AdditionalVersionWeights": {"1": 0.25}}
    client.update_alias(FunctionName="kept", Name="live", RoutingConfig=weights)
    client.add_permission(
        FunctionName="kept", StatementId="api", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
    )
    create("gone")
    client.delete_function(FunctionName="gone")


def seen():
    latest = client.get_function(FunctionName="kept")
    return {
        "function": {"configuration": latest["Configuration"], "tags": latest["Tags"]},
        "versions": client.list_versions_by_function(FunctionName="kept")["Versions"],
        "aliases": client.list_aliases(FunctionName="kept")["Aliases"],
        "policy": client.get_policy(FunctionName="kept")["Policy"],
        "functions": client.list_functions()["Functions"],
        "answers": [
            json.loads(client.invoke(FunctionName="kept", Qualifier=version)["Payload"].read()) for version in "12"
        ],
    }


if sys.argv[1] == "make":
    make()
print(json.dumps(seen(), sort_keys=True, indent=1))
