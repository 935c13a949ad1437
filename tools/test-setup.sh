#!/usr/bin/env bash
# Sets up what the tests need besides Rust, Python 3, Node and git: a Python environment in target/test-python with
# moto (stands in for S3 and STS), boto3 and the AWS CLI (drive the embedded Lambda as other people's clients do),
# cargo-zigbuild and zig (link Rust programs for another processor); and Rust's standard library for arm64.
# Run it any number of times: when the environment is there already it ends at once.
set -euo pipefail

requirements="moto[server]==5.2.5 boto3==1.44.5 awscli==1.46.3 cargo-zigbuild==0.24.1 ziglang==0.17.1"
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment="${CARGO_TARGET_DIR:-$repository/target}/test-python"
stamp="$environment/requirements"

arm=aarch64-unknown-linux-gnu
if [[ ! -d "$(cd "$repository" && rustc --print sysroot)/lib/rustlib/$arm" ]]; then
  (cd "$repository" && rustup target add "$arm") ||
    echo "tools/test-setup.sh: no standard library for $arm: the tests that build for arm64 will fail" >&2
fi
if [[ -f "$stamp" && "$(cat "$stamp")" == "$requirements" ]]; then
  exit 0
fi
if ! command -v python3 >/dev/null; then
  echo "tools/test-setup.sh: python3 is not on the PATH; the tests need Python 3.10 or later" >&2
  exit 1
fi
rm -rf "$environment"
python3 -m venv "$environment"
# shellcheck disable=SC2086  # a list of requirements, split on purpose
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check $requirements
printf '%s' "$requirements" >"$stamp"
