#!/bin/sh
# Builds {{name}}.wasm of guest.py, with CPython in it.
set -eu
cd "$(dirname "$0")"

missing() { echo "error: $1 is missing: $2" >&2; exit 127; }
command -v componentize-py >/dev/null || missing componentize-py '`pip install componentize-py==0.25.1`'

# No WASI: a plugin has no clock, file or environment.
componentize-py -d wit -w {{world}} componentize --stub-wasi guest -o "{{name}}.wasm"
