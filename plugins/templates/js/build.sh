#!/bin/sh
# Builds {{name}}.wasm of guest.js, with QuickJS in it.
set -eu
cd "$(dirname "$0")"
PATH=$PWD/node_modules/.bin:$PATH

missing() { echo "error: $1 is missing: $2" >&2; exit 127; }
command -v jco >/dev/null || missing jco '`npm install` in this folder'

# No WASI: a plugin has no clock, file or environment.
jco componentize guest.js --backend qjs --backend-qjs-stub-wasi --backend-qjs-disable-async \
  --wit wit --world-name {{world}} --out "{{name}}.wasm"
