"""Fetches the packages of which the labelled corpus of real code is made (crates/shipway-contract/corpus/*/real.json), each
registry's by its own client, and puts the labelled files below target/corpus. Run it any number of times: what is there
stays, and when all is there it ends at once.
"""

import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

REPOSITORY = Path(__file__).resolve().parent.parent.parent
CORPUS = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve() / "corpus"


class Package:
    """A package, with the labelled files of it that are not there yet."""

    def __init__(self, registry, name, version, kind):
        self.registry, self.name, self.version, self.kind = registry, name, version, kind
        self.folder = CORPUS / registry / f"{re.sub('[/:]', '+', name)}-{version}"
        self.missing = set()

    def put(self, path, content):
        """Writes a labelled file. It is not there before it is whole."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(file.name + ".partial")
        partial.write_bytes(content)
        partial.rename(file)

    def unzip(self, archive):
        with zipfile.ZipFile(archive) as contents:
            for path in self.missing:
                self.put(path, contents.read(path))

    def untar(self, archive):
        """The archives of npm and Cargo have everything in one folder, which is not always called the same."""
        with tarfile.open(archive) as contents:
            for member in contents:
                path = member.name.partition("/")[2]
                if path in self.missing:
                    self.put(path, contents.extractfile(member).read())


def wanted():
    """The packages of which a labelled file is not there, by registry."""
    packages = {}
    for labels in sorted(glob.glob(str(REPOSITORY / "crates/shipway-contract/corpus/*/real.json"))):
        for entry in json.loads(Path(labels).read_text(encoding="utf-8"))["files"]:
            source = entry["package"]
            key = (source["registry"], source["name"], source["version"], source.get("kind", "sources"))
            package = packages.setdefault(key, Package(*key))
            if not (package.folder / entry["path"]).is_file():
                package.missing.add(entry["path"])
    registries = {}
    for package in packages.values():
        if package.missing:
            registries.setdefault(package.registry, []).append(package)
    return registries


def run(*command, folder):
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"`{' '.join(command[:3])} …` failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def fetch_pypi(packages, folder):
    requirements = [f"{package.name}=={package.version}" for package in packages]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-deps", "--only-binary", ":all:", *requirements, folder=folder)

    def plain(name):
        return re.sub("[-_.]+", "-", name).lower()

    wheels = {plain(wheel.name.split("-")[0]): wheel for wheel in folder.glob("*.whl")}
    for package in packages:
        package.unzip(wheels[plain(package.name)])


def fetch_npm(packages, folder):
    run("npm", "pack", "--silent", *[f"{package.name}@{package.version}" for package in packages], folder=folder)
    for package in packages:
        name = package.name.removeprefix("@").replace("/", "-")
        package.untar(folder / f"{name}-{package.version}.tgz")


def fetch_crates(packages, folder):
    """`cargo info` puts a crate into Cargo's cache, without those that it depends on."""
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    for package in packages:
        run("cargo", "info", "--quiet", f"{package.name}@{package.version}", folder=folder)
        package.untar(next(home.glob(f"registry/cache/*/{package.name}-{package.version}.crate")))


def fetch_maven(packages, folder):
    items = []
    for number, package in enumerate(packages):
        group, artifact = package.name.split(":")
        classifier = "" if package.kind == "jar" else "<classifier>sources</classifier>"
        items.append(
            f"<artifactItem><groupId>{escape(group)}</groupId><artifactId>{escape(artifact)}</artifactId>"
            f"<version>{escape(package.version)}</version>{classifier}<destFileName>{number}.jar</destFileName></artifactItem>"
        )
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>corpus</groupId><artifactId>corpus</artifactId><version>1</version><packaging>pom</packaging>"
        "<build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><configuration>"
        f"<outputDirectory>{escape(str(folder))}</outputDirectory><artifactItems>{''.join(items)}</artifactItems>"
        "</configuration></plugin></plugins></build></project>",
        encoding="utf-8",
    )
    run("mvn", "--batch-mode", "--quiet", "dependency:copy", folder=folder)
    for number, package in enumerate(packages):
        package.unzip(folder / f"{number}.jar")


def fetch_go(packages, folder):
    (folder / "go.mod").write_text("module corpus\n", encoding="utf-8")
    modules = [f"{package.name}@{package.version}" for package in packages]
    output, decoder, folders = run("go", "mod", "download", "-json", *modules, folder=folder).strip(), json.JSONDecoder(), {}
    while output:
        module, end = decoder.raw_decode(output)
        folders[module["Path"]] = Path(module["Dir"])
        output = output[end:].lstrip()
    for package in packages:
        for path in package.missing:
            package.put(path, (folders[package.name] / path).read_bytes())


FETCH = {"pypi": fetch_pypi, "npm": fetch_npm, "crates": fetch_crates, "maven": fetch_maven, "go": fetch_go}


def fetch(registry, packages):
    sys.stderr.write(f"tools/corpus-packages: {registry}: {len(packages)} packages\n")
    folder = Path(tempfile.mkdtemp(prefix=f"{registry}-", dir=CORPUS))
    try:
        FETCH[registry](packages, folder)
    finally:
        shutil.rmtree(folder)


def attempt(registries):
    """Why registries did not give what is wanted of them."""
    failures = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(FETCH)) as pool:
        tasks = {registry: pool.submit(fetch, registry, packages) for registry, packages in registries.items()}
        for registry, task in tasks.items():
            try:
                task.result()
            except (RuntimeError, OSError, KeyError, StopIteration, zipfile.BadZipFile, tarfile.TarError) as error:
                failures.append(f"{registry}: {type(error).__name__}: {error}")
    return failures


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    failures = []
    for pause in (0, 5, 20):
        registries = wanted()
        if not registries:
            return 0
        # What was fetched stays: the next attempt is about the rest.
        time.sleep(pause)
        failures = attempt(registries)
    for failure in failures:
        print(f"tools/corpus-packages: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
