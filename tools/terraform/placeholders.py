#!/usr/bin/env python3
"""Packs the placeholders of terraform/modules/function, and proves that each of them fails when it is called.

A runtime looks for the module that its function's handler names, and the handler is the function's own: so each package
has the placeholder under the names that are common. Under another name there is nothing, and the runtime's own error
fails the call as well, with a less helpful text.

    tools/terraform/placeholders.py           write the zips again
    tools/terraform/placeholders.py --check   fail if a zip differs from its source, or if one does not fail when called
"""

import http.server
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "terraform/modules/function/placeholders"
STEMS = ["app", "function", "handler", "index", "lambda_function", "main", "src/app", "src/handler", "src/index", "src/main"]

# For each package, the names in it with the source of each.
PACKAGES = {
    "python": {f"{stem}.py": "python/placeholder.py" for stem in STEMS},
    "node": {f"{stem}.js": "node/placeholder.js" for stem in [*STEMS, "dist/index"]},
    "ruby": {f"{stem}.rb": "ruby/placeholder.rb" for stem in STEMS},
    "provided": {"bootstrap": "provided/bootstrap"},
    "other": {"README.txt": "other/README.txt"},
}
MESSAGE = b"Nothing was deployed to this function yet"


def packed(names: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, source in sorted(names.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            # Unix, so that Lambda reads the modes.
            entry.create_system = 3
            entry.external_attr = (0o100755 if name == "bootstrap" else 0o100644) << 16
            archive.writestr(entry, (FOLDER / source).read_bytes())
    return buffer.getvalue()


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """Takes what a bootstrap says of its start."""

    said: list[tuple[str, bytes]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.said.append((self.path, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def run(command: list[str], folder: pathlib.Path, **variables: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)


def problems_of_calls(folder: pathlib.Path) -> list[str]:
    """What a call of each placeholder does that it should not. The runtimes load the handler's module; so do these."""
    loading = {
        "python": ["python3", "-c", "import sys, importlib; sys.path.insert(0, '.'); importlib.import_module('app')"],
        "node": ["node", "-e", "require('./app.js')"],
        "ruby": ["ruby", "-e", "require './app'"],
        "provided": ["./bootstrap"],
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = []
    for name, command in loading.items():
        place = folder / name
        with zipfile.ZipFile(FOLDER / f"{name}.zip") as archive:
            archive.extractall(place)
            for entry in archive.infolist():
                (place / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
        result = run(command, place, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{server.server_port}")
        if result.returncode == 0 or MESSAGE not in result.stderr:
            found.append(f"{name}.zip does not fail as it should: exit code {result.returncode}, {result.stderr!r}")
    server.shutdown()
    if [path for path, _ in RuntimeApi.said] != ["/2018-06-01/runtime/init/error"] or MESSAGE not in RuntimeApi.said[0][1]:
        found.append(f"bootstrap does not say that it cannot start: {RuntimeApi.said}")
    return found


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    found = []
    for name, names in PACKAGES.items():
        path, wanted = FOLDER / f"{name}.zip", packed(names)
        if not check:
            path.write_bytes(wanted)
        elif not path.exists() or path.read_bytes() != wanted:
            found.append(f"{path.name} differs from its source: run tools/terraform/placeholders.py")
    if check and not found:
        with tempfile.TemporaryDirectory() as folder:
            found = problems_of_calls(pathlib.Path(folder))
    for problem in found:
        print(f"placeholders: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
