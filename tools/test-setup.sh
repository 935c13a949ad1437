#!/usr/bin/env bash
# Sets up what the tests need besides the toolchains that must be on the machine, below target/:
# test-python, a Python environment with moto (stands in for S3 and STS), boto3 and the AWS CLI (drive the embedded Lambda
# as other people's clients do), uv (builds Python functions), cargo-zigbuild and zig (link Rust programs for another
# processor or an older glibc); test-node with pnpm, Yarn 1 and Yarn 4. And Rust's standard library for arm64, where it can
# be had. Run it any number of times: when all is there already it ends at once.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="${CARGO_TARGET_DIR:-$repository/target}"

set_up_python() {
  local requirements="moto[server]==5.2.5 boto3==1.44.5 awscli==1.46.3 uv==0.13.9 cargo-zigbuild==0.24.1 ziglang==0.17.1"
  local environment="$target/test-python"
  local stamp="$environment/requirements"
  if [[ -f "$stamp" && "$(cat "$stamp")" == "$requirements" ]]; then
    return
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
}

# Each in a folder of its own: two of them are called `yarn`.
set_up_node_tool() {
  local folder="$target/test-node/$1" package=$2
  local stamp="$folder/package"
  if [[ -f "$stamp" && "$(cat "$stamp")" == "$package" ]]; then
    return
  fi
  if ! command -v npm >/dev/null; then
    echo "tools/test-setup.sh: npm is not on the PATH; the tests need Node 20 or later with npm" >&2
    exit 1
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  npm install --prefix "$folder" --silent --no-audit --no-fund --no-save --no-package-lock --ignore-scripts "$package"
  printf '%s' "$package" >"$stamp"
}

set_up_rust() {
  local arm=aarch64-unknown-linux-gnu
  if [[ ! -d "$(cd "$repository" && rustc --print sysroot)/lib/rustlib/$arm" ]]; then
    (cd "$repository" && rustup target add "$arm") ||
      echo "tools/test-setup.sh: no standard library for $arm: the tests that build for arm64 will fail" >&2
  fi
}

set_up_rust
set_up_python
set_up_node_tool pnpm pnpm@10.34.9
set_up_node_tool yarn-classic yarn@1.22.22
set_up_node_tool yarn @yarnpkg/cli-dist@4.18.1
