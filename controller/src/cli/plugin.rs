//! `plugin`: what the authors of plugins ask.

mod inspect;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Exit;
use super::args::Report;
use super::screen::Screen;

/// `plugin` and its subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Plugin {
    /// Say what a plugin is, what it reads, and whether it would be accepted
    #[command(
        long_about = "Say what a plugin is, what it reads, and whether it would be accepted: its digest, size, imports \
                      and exports, then, from running it within its limits, its name and version, and for each settings \
                      document which columns of the clusters it is given.\n\nA file that is no plugin, is damaged, or wants what \
                      a plugin must not have is refused with the reason and exit code 1.",
        after_help = INSPECT_EXAMPLES
    )]
    Inspect(Inspect),
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  # What does it read, and which digest is it pinned by?
  placewright plugin inspect carbon.wasm

  # With the settings that it is to run with
  placewright plugin inspect carbon.wasm --settings eu-first=eu-first.json -o yaml";

/// `plugin inspect`.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The component
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A settings document, JSON; may be repeated, and is called `default` or by its name [default: {}]
    #[arg(long, value_name = "[NAME=]FILE")]
    settings: Vec<String>,
    /// How to print
    #[arg(short, long, default_value = "table", value_name = "FORMAT")]
    output: Report,
}

/// Runs one of the subcommands.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(command: &Plugin, out: &mut impl Write, screen: &Screen) -> io::Result<Exit> {
    match command {
        Plugin::Inspect(args) => inspect::run(args, out, screen),
    }
}
