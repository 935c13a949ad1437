#!/usr/bin/env python3
"""Checks that Terraform is kept away from what is Shipway's, wherever terraform/ and the documents show it.

Each aws_lambda_function ignores every argument with which the AWS provider calls UpdateFunctionCode and does not publish;
each aws_lambda_alias ignores version and weights. A plan with a mocked provider cannot show that one is missing.

    tools/terraform/ignored.py PATH...
"""

import pathlib
import re
import sys

# needsFunctionCodeUpdate in the provider's internal/service/lambda/function.go.
CODE = {
    "filename",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
    "code_sha256",
    "image_uri",
    "source_kms_key_arn",
    "architectures",
}
WANTED = {"aws_lambda_function": CODE, "aws_lambda_alias": {"function_version", "routing_config"}}
RESOURCE = re.compile(r'^resource "(aws_lambda_function|aws_lambda_alias)" "\w+" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
IGNORED = re.compile(r"ignore_changes\s*=\s*\[([^\]]*)\]")


def problems(text: str) -> tuple[int, list[str]]:
    seen, found = 0, []
    for resource in RESOURCE.finditer(text):
        seen += 1
        kind, body = resource[1], resource[2]
        ignored = IGNORED.search(body)
        names = {name.strip() for name in ignored[1].split(",") if name.strip()} if ignored else set()
        line = text.count("\n", 0, resource.start()) + 1
        if names != WANTED[kind]:
            found.append(f"{line}: {kind}: ignore_changes differs in {', '.join(sorted(names ^ WANTED[kind]))}")
        if kind == "aws_lambda_function" and not re.search(r"^\s*publish\s*= false$", body, re.MULTILINE):
            found.append(f"{line}: {kind} may publish")
    return seen, found


def main() -> int:
    seen, wrong = 0, 0
    for root in map(pathlib.Path, sys.argv[1:]):
        for path in sorted([*root.rglob("*.tf"), *root.rglob("*.md")]):
            here, found = problems(path.read_text())
            seen += here
            for problem in found:
                wrong += 1
                print(f"{path}:{problem}", file=sys.stderr)
    if seen < 8:
        print(f"only {seen} functions and aliases were found: this check looks in the wrong place", file=sys.stderr)
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
