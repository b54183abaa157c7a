//! `cargo xtask plugins`: the SDK's bindings.

mod bindings;

use anyhow::Result;
use clap::Subcommand;

/// What is done.
#[derive(Subcommand)]
pub enum What {
    /// Write the SDK's bindings anew from `plugins/wit` (needs wit-bindgen)
    Bindings,
    /// Verify
    Verify,
}

/// Runs one of them.
pub fn run(what: &What) -> Result<bool> {
    match what {
        What::Bindings => bindings::write(),
        What::Verify => bindings::fresh(),
    }
}
