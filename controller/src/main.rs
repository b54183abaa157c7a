//! The binary `placewright`: files in, answers out.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
