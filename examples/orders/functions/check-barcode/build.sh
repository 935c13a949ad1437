#!/bin/sh
# Builds the function and leaves what belongs into its package in `package/`.
# For Lambda on another processor, or an older glibc than this machine's, set CARGO_BUILD_TARGET,
# to `aarch64-unknown-linux-musl` for one.
set -eu
cargo build --release --locked --target-dir target
mkdir -p package
cp "target/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}release/bootstrap" package/bootstrap
