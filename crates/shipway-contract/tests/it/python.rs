//! Python's ways to ask the environment.

use shipway_contract::Language::Python;

use crate::snippet::check;

#[test]
fn forms() {
    check(
        Python,
        r#"
import os
import os as operating
from os import environ, getenv
from os import environ as e, getenv as g
a = os.environ["A"] ~~ A!
b = os.environ.get("B") ~~ B?
c = os.environ.get("C", "x") ~~ C?
d = os.getenv("D") ~~ D?
f = operating.environ["F"] ~~ F!
h = environ["H"] ~~ H!
i = getenv("I", default="x") ~~ I?
j = e["J"] ~~ J!
k = g("K") ~~ K?
env = os.environ
l = env["L"] ~~ L!
ask = os.environ.get
m = ask("M") ~~ M?
os.environ["N"] = "x"
del os.environ["O"]
p = os.environ.pop("P") ~~ P!
q = os.environ.pop("Q", None) ~~ Q?
r = os.environ.setdefault("R", "x") ~~ R?
dict(os.environ)
settings.environ["S"]
t = "os.environ['T']"
# os.environ["U"]
v = os.environ["AWS_REGION"]
w = "W" in os.environ ~~ W?
print(f"{os.environ['X']}") ~~ X!
def f(environ):
    return environ["Y"]
z = os.environ[
    "Z"
]
"#
        .replace("z = os.environ[\n", "z = os.environ[ ~~ Z!\n")
        .as_str(),
    );
}

#[test]
fn names() {
    check(
        Python,
        r#"
import os
PREFIX = "APP_"
TABLE = PREFIX + "TABLE"
QUEUE = f"{PREFIX}QUEUE"
changed = "A"
changed = "B"
os.environ[TABLE] ~~ APP_TABLE!
os.environ[QUEUE] ~~ APP_QUEUE!
os.environ["X" "Y"] ~~ XY!
os.environ[changed] ~~ *
class Names:
    TOPIC = "TOPIC_ARN"
    def go(self):
        return os.environ[self.TOPIC] ~~ TOPIC_ARN!
os.environ[Names.TOPIC] ~~ TOPIC_ARN!
def helper(name):
    local = "LOCAL"
    os.environ[local] ~~ LOCAL!
    return os.environ[name] ~~ *
helper("CALLED")
for name in ["A", "B"]:
    os.getenv(name) ~~ *
os.getenv("%s_X" % PREFIX) ~~ *
os.getenv(*args) ~~ *
"#,
    );
}

#[test]
fn tested() {
    check(
        Python,
        r#"
import os
import sys
a = os.environ.get("A") ~~ A!
if not a:
    raise RuntimeError("A")
b = os.environ.get("B") ~~ B?
if b is None:
    b = "x"
if "C" in os.environ: ~~ C?
    c = os.environ["C"] ~~ C?
if "D" not in os.environ: ~~ D!
    sys.exit("D")
d = os.environ["D"] ~~ D?
try:
    e = os.environ["E"] ~~ E?
except KeyError:
    e = None
try:
    f = os.environ["F"] ~~ F!
except KeyError as error:
    raise RuntimeError("F") from error
g = os.getenv("G") or sys.exit(1) ~~ G!
h = os.environ["H"] if "H" in os.environ else None ~~ H? H?
assert os.environ.get("I") ~~ I!
if os.getenv("J") == "1": ~~ J?
    pass
def k():
    value = os.getenv("K") ~~ K?
    if not value:
        return None
    return value
def l():
    if "L" not in os.environ: ~~ L?
        return None
    return os.environ["L"] ~~ L?
m = os.environ.get("M", "") ~~ M!
if not m:
    raise ValueError
if (n := os.getenv("N")) is None: ~~ N!
    raise ValueError
o = os.getenv("O1") ~~ O1?
if not o:
    o = os.getenv("O2") ~~ O2?
if not o:
    raise ValueError
if not all([os.getenv("P"), os.getenv("Q")]): ~~ P! Q!
    raise ValueError
if not os.getenv("R"): ~~ R?
    sys.exit(0)
class S:
    def __init__(self):
        self.s = os.environ.get("S") ~~ S!
        if self.s is None:
            raise ValueError
if os.getenv("T"): ~~ T?
    print("t")
elif os.getenv("U"): ~~ U!
    print("u")
else:
    raise ValueError
try:
    import json
    v = os.environ["V"] ~~ V!
except ImportError:
    v = None
def handler(event):
    try:
        w = os.environ["W"] ~~ W!
        one(w)
        two(w)
        return three(w)
    except Exception as error:
        return {"statusCode": 500}
try:
    x = int(os.environ["X"]) ~~ X?
except Exception:
    x = 3
if os.environ["Y"] == "1": ~~ Y!
    pass
if "Z" not in os.environ: ~~ Z?
    os.environ["Z"] = "1"
z = os.environ["Z"] ~~ Z?
"#,
    );
}

#[test]
fn settings() {
    check(
        Python,
        r#"
from typing import Annotated, ClassVar
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")
    table: str ~~ APP_TABLE!
    debug: bool = False ~~ APP_DEBUG?
    queue: str = Field(..., alias="QUEUE_URL") ~~ QUEUE_URL!
    topic: str = Field(default="x") ~~ APP_TOPIC?
    either: str = Field(validation_alias=AliasChoices("E1", "E2")) ~~ E1? E2?
    noted: Annotated[str, Field(alias="NOTED")] ~~ NOTED!
    _private: str = "x"
    limit: ClassVar[int] = 3
    def method(self) -> str:
        return self.table
class More(Settings):
    more: int ~~ APP_MORE!
class Plain:
    field: str
"#,
    );
}

#[test]
fn handlers_and_branches() {
    check(
        Python,
        r#"
import os
from pydantic import BaseSettings
class Settings(BaseSettings):
    host = "localhost" ~~ HOST?
    port = 80 ~~ PORT?
    check = validator("host")(checked)
def whole(event):
    try:
        table = connect(os.environ["A"]) ~~ A!
        table.put(event)
        return 200
    except Exception:
        return 500
def around():
    try:
        return os.environ["B"] ~~ B?
    except Exception:
        return "x"
def either():
    if os.environ.get("C"): ~~ C?
        raise ValueError("with")
    raise ValueError("without")
def ending():
    print(os.environ["D"], [ ~~ D!
"#,
    );
}
