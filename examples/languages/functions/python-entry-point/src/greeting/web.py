"""What Lambda calls, through the root module that Shipway writes."""

import json
from importlib import resources

import inflection

WORDS = json.loads(resources.files("greeting").joinpath("words.json").read_text(encoding="utf-8"))


def answer(event, context):
    word = WORDS[event["manner"]]
    visit = inflection.ordinalize(event["visit"])
    return {"greeting": f"{word}, {event['name']}: this is your {visit} visit."}
