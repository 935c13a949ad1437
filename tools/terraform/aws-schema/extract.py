#!/usr/bin/env python3
"""Takes from npm's bindings of the AWS provider what its resources and data sources accept.

The provider itself cannot be had from a package registry; npm's `@cdktn/provider-aws` is generated from its schema: each
argument and block with its type, required, optional or computed. This reads those files as text (nothing of the package
is run) and writes the part that `terraform/` uses as JSON, which is committed; `tools/terraform/stand-in` shows it to
Terraform as if it were the provider. Attributes only: which values AWS takes is nowhere in it.

    tools/terraform/aws-schema/extract.py           write the files again, from npm
    tools/terraform/aws-schema/extract.py --check   fail if they differ from what npm has
"""

import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import typing

HERE = pathlib.Path(__file__).parent

# The oldest provider that the module accepts, and the newest that there are bindings of: provider version, package.
VERSIONS = {"6.40.0": "@cdktn/provider-aws@23.7.0", "6.66.0": "@cdktn/provider-aws@25.7.0"}

ATTRIBUTE = re.compile(
    r"^\s*// (?P<name>[a-z0-9_]+) - computed: (?P<computed>true|false), "
    r"optional: (?P<optional>true|false), required: (?P<required>true|false)\n(?=(?P<rest>(?:.*\n){1,4}))",
    re.MULTILINE,
)
ARGUMENT = re.compile(
    r"^\s*(?P<name>[a-z0-9_]+): \{\n\s*value: (?P<value>.*),\n\s*isBlock: (?P<block>true|false),\n"
    r"\s*type: \"(?P<type>\w+)\",\n\s*storageClassType: \"(?P<storage>\w+)\",\n\s*\},",
    re.MULTILINE,
)
GETTER = re.compile(r"this\.get(String|Number|Boolean|List|StringMap|BooleanMap|NumberMap|NumberList)Attribute\(")
GETTERS = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": "list(string)",
    "StringMap": "map(string)",
    "BooleanMap": "map(bool)",
    "NumberMap": "map(number)",
    "NumberList": "list(number)",
}
SIMPLE = {"string": "string", "number": "number", "boolean": "bool"}


class Unexpected(Exception):
    """The bindings do not look as they did when this was written."""


class Source(typing.NamedTuple):
    """One resource's bindings: its classes and functions, by name, each with its text; and its types."""

    classes: dict[str, str]
    functions: dict[str, str]
    types: str


def sections(source: str, types: str) -> Source:
    starts = list(re.finditer(r"^(?:export )?(class|function) (\w+)", source, re.MULTILINE))
    classes, functions = {}, {}
    for start, following in zip(starts, [*starts[1:], None]):
        text = source[start.start() : following.start() if following else len(source)]
        (classes if start[1] == "class" else functions)[start[2]] = text
    return Source(classes, functions, types)


def simple_type(argument: re.Match) -> str:
    storage, kind = argument["storage"], argument["type"]
    if kind == "simple" and storage in SIMPLE:
        return SIMPLE[storage]
    for element, name in SIMPLE.items():
        if kind == "map" and storage == f"{element}Map":
            return f"map({name})"
        if kind in ("list", "set") and storage == f"{element}List":
            return f"{kind}({name})"
    raise Unexpected(f"{argument['name']}: type {kind} of {storage}")


def arguments_of(text: str) -> dict[str, re.Match]:
    return {found["name"]: found for found in ARGUMENT.finditer(text)}


def declared(source: Source, interface: str) -> dict[str, str]:
    """The properties of an interface, with `?` for those that may be left out."""
    text = re.search(rf"^export interface {interface}\b[^{{]*\{{\n(.*?)^\}}", source.types, re.M | re.S)[1]
    return dict(re.findall(r"^    readonly (\w+)(\??):", text, re.MULTILINE))


def describe(output_class: str, interface: str, arguments: str, source: Source) -> dict:
    """One block: what its class says can be read of it, and what its function writes into it."""
    known = {found["name"]: found.groupdict() for found in ATTRIBUTE.finditer(source.classes[output_class])}
    written = arguments_of(arguments)
    # Older bindings say it only of what cannot be set, and leave open whether the provider fills in what is not set.
    properties = declared(source, interface)
    for name in written.keys() - known.keys():
        optional = properties[re.sub("_([a-z0-9])", lambda found: found[1].upper(), name)]
        known[name] = {"computed": "false", "optional": "false", "required": "false"}
        known[name]["optional" if optional else "required"] = "true"
        if optional and name in ("id", "region", "tags_all"):
            known[name]["computed"] = "true"
    attributes, blocks = {}, {}
    for name, found in sorted(known.items()):
        argument = written.get(name)
        if argument is None:
            getter = GETTER.search(found["rest"])
            attributes[name] = {"type": GETTERS[getter[1]] if getter else "dynamic", "computed": True}
        elif argument["block"] == "true":
            nested = re.search(r"(?<!cdktn\.)\b(\w+)ToHclTerraform", argument["value"])
            inner = nested[1][0].upper() + nested[1][1:]
            block = describe(f"{inner}OutputReference", inner, source.functions[f"{nested[1]}ToHclTerraform"], source)
            block["nesting"] = {"struct": "single"}.get(argument["type"], argument["type"])
            if found["required"] == "true":
                block["minimum"] = 1
            if block["nesting"] != "single" and not "listMapperHcl(" in argument["value"]:
                block["maximum"] = 1
            blocks[name] = block
        else:
            attributes[name] = {"type": simple_type(argument)}
            for property in ("required", "optional", "computed"):
                if found[property] == "true":
                    attributes[name][property] = True
    described = {"attributes": attributes}
    if blocks:
        described["blocks"] = blocks
    return described


def schema_of(code: str, types: str) -> tuple[str, dict]:
    """The type's name in Terraform, and its schema."""
    source = sections(code, types)
    name, text = next((n, t) for n, t in source.classes.items() if re.search(r"^class .* extends cdktn\.Terraform", t))
    terraform_name = re.search(r'tfResourceType = "(\w+)"', text)[1]
    arguments = text[text.index("synthesizeHclAttributes()") :]
    return terraform_name, describe(name, f"{name}Config", arguments, source)


def extract(package: str, wanted: list[str], version: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = pathlib.Path(folder).glob("*.tgz")
        folders = {}
        for entry in wanted:
            kind, _, name = entry.rpartition(" ")
            folders[entry] = "package/lib/" + ("data-" + name if kind else name.removeprefix("aws_")).replace("_", "-")
        needed = {"package/README.md"} | {f"{f}/{file}" for f in folders.values() for file in ("index.js", "index.d.ts")}
        with tarfile.open(archive) as tar:
            texts = {member.name: tar.extractfile(member).read().decode() for member in tar if member.name in needed}
    if missing := needed - texts.keys():
        raise Unexpected(f"{package} has no {sorted(missing)}")
    if f"version {version}\n" not in texts["package/README.md"]:
        raise Unexpected(f"{package} is not made of provider {version}")
    found = {"provider": version, "package": package, "resources": {}, "data": {}}
    for entry, files in folders.items():
        kind, _, name = entry.rpartition(" ")
        type_name, schema = schema_of(texts[f"{files}/index.js"], texts[f"{files}/index.d.ts"])
        if type_name != name:
            raise Unexpected(f"{files} is {type_name}")
        found["data" if kind else "resources"][name] = schema
    return found


def lines(value: dict, depth: int) -> str:
    """JSON with one line for each attribute, so that a new version shows as a readable difference."""
    if depth == 0 or not any(isinstance(inner, dict) for inner in value.values()):
        return json.dumps(value, sort_keys=True)
    indent = "\n" + " " * (12 - depth)
    parts = []
    for key, inner in sorted(value.items()):
        parts.append(f"{indent}{json.dumps(key)}: {lines(inner, depth - 1) if isinstance(inner, dict) else json.dumps(inner)}")
    return "{" + ",".join(parts) + "\n" + " " * (11 - depth) + "}"


def main() -> int:
    wanted = [line for line in (HERE / "types.txt").read_text().split("\n") if line and not line.startswith("#")]
    differs = []
    for version, package in VERSIONS.items():
        text = lines(extract(package, wanted, version), 11) + "\n"
        path = HERE / f"{version}.json"
        if sys.argv[1:] == ["--check"]:
            if not path.exists() or path.read_text() != text:
                differs.append(path.name)
        else:
            path.write_text(text)
    if differs:
        print(f"aws-schema: {', '.join(differs)}: not what npm has; run tools/terraform/aws-schema/extract.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
