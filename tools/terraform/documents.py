#!/usr/bin/env python3
"""Checks the HCL in Markdown documents: that it parses, and is written as `terraform fmt` writes it.

    tools/terraform/documents.py TERRAFORM PATH...
"""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```hcl\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documents(paths: list[str]) -> list[pathlib.Path]:
    found = []
    for path in map(pathlib.Path, paths):
        found.extend(sorted(path.rglob("*.md")) if path.is_dir() else [path])
    return found


def main() -> int:
    terraform, *paths = sys.argv[1:]
    seen, wrong = 0, 0
    for document in documents(paths):
        text = document.read_text()
        for block in BLOCK.finditer(text):
            seen += 1
            line = text.count("\n", 0, block.start()) + 1
            result = subprocess.run([terraform, "fmt", "-no-color", "-"], input=block[1], capture_output=True, text=True)
            if result.returncode:
                wrong += 1
                print(f"{document}:{line}: {result.stderr.strip()}", file=sys.stderr)
            elif result.stdout != block[1]:
                wrong += 1
                print(f"{document}:{line}: is written otherwise by fmt:\n{result.stdout}", file=sys.stderr)
    if not seen:
        print("no document has HCL", file=sys.stderr)
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
