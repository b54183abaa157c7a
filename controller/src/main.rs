//! The binary `placewright`: files in, answers out.

mod cli;
mod near;
mod profile_document;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
