//! `plugin`: what the authors of plugins ask.

mod bench;
mod build;
mod expect;
mod given;
mod inspect;
mod language;
mod new;
mod report;
mod survey;
mod template;
mod test;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use kube_text::Time;

use super::Exit;
use super::args::{Report, Source};
use super::parse;
use super::screen::Screen;
use given::Given;
pub(super) use given::problem;

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
    /// Say what a plugin answers for each cluster of a snapshot, and whether that is what is expected
    #[command(
        long_about = "Say what a plugin answers for each cluster of a snapshot: which clusters its filter takes out and why, \
                      and the scores of the others, raw and as the scheduler takes them, -100 to 100.\n\nWith --expect the \
                      answers are compared with those of a file; exit code 1 if any differs.",
        after_help = TEST_EXAMPLES
    )]
    Test(Test),
    /// Measure a plugin over a simulated fleet, and say what its limits should be
    #[command(
        long_about = "Measure a plugin over a simulated fleet: what compiling it takes, an instance of it, and each call, in \
                      CPU time of one thread, in fuel and in memory. The fuel is the same on every machine; limits should \
                      be three times what was used.",
        after_help = BENCH_EXAMPLES
    )]
    Bench(Bench),
    /// Make a project that builds, in a new folder
    #[command(
        long_about = "Make a project that builds, in a new folder: source, interface, build script, plugin document, and a \
                      small hub to try it on. What it does as it stands is an example to be changed.",
        after_help = NEW_EXAMPLES
    )]
    New(new::New),
    /// Build the project in the current folder
    #[command(
        long_about = "Build the project in the current folder: run its build.sh, look at the component that came of it, and \
                      note its digest in plugin.yaml. A tool that is missing is named, with how to get it."
    )]
    Build,
}

const NEW_EXAMPLES: &str = "\
Examples:
  # A score in Rust
  placewright plugin new --lang rust carbon

  # A filter in Python, and one that does both in C
  placewright plugin new --lang python --filter freeze
  placewright plugin new --lang c --filter --score gpu-binpack";

const INSPECT_EXAMPLES: &str = "\
Examples:
  # What does it read, and which digest is it pinned by?
  placewright plugin inspect carbon.wasm

  # With the settings that it is to run with
  placewright plugin inspect carbon.wasm --settings eu-first=eu-first.json -o yaml";

const TEST_EXAMPLES: &str = "\
Examples:
  # What does it say of the clusters in a file?
  placewright plugin test carbon.wasm -f hub.yaml

  # Under the settings and within the limits of its plugin document, against what is expected
  placewright plugin test plugin.yaml -f hub.yaml --expect expected.yaml

  # What it says now is what is expected from now on
  placewright plugin test plugin.yaml -f hub.yaml --expect expected.yaml --bless

Expectations:
  default:                      # by settings document and cluster
    ap-1: {score: 12.5}         # kept, with this raw score
    eu-1: {out: no GPU}         # taken out, for this reason
    eu-2: {}                    # kept, without a score
  Of clusters that are not mentioned nothing is expected.";

const BENCH_EXAMPLES: &str = "\
Examples:
  # What does it take for 10,000 clusters, and what should its limits be?
  placewright plugin bench carbon.wasm

  # For a large fleet, under the settings of its plugin document
  placewright plugin bench plugin.yaml --clusters 100000";

/// `plugin inspect`.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    given: Given,
    /// How to print
    #[arg(short, long, default_value = "table", value_name = "FORMAT")]
    output: Report,
}

/// `plugin test`.
#[derive(Debug, Args)]
pub(super) struct Test {
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    source: Source,
    /// The time at which scores end, instead of the clock's [example: 2026-11-25T14:00:00Z]
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    now: Option<Time>,
    /// What it is expected to say
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Write that file instead of comparing with it
    #[arg(long, requires = "expect")]
    bless: bool,
    /// How to print
    #[arg(short, long, default_value = "table", value_name = "FORMAT")]
    output: Report,
}

/// `plugin bench`.
#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(flatten)]
    given: Given,
    /// How many clusters the fleet has
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    clusters: u32,
    /// How often each call is measured
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rounds: u32,
    /// How to print
    #[arg(short, long, default_value = "table", value_name = "FORMAT")]
    output: Report,
}

/// Runs one of the subcommands.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(command: &Plugin, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    match command {
        Plugin::Inspect(args) => inspect::run(args, out, screen),
        Plugin::Test(args) => test::run(args, out, screen),
        Plugin::Bench(args) => bench::run(args, out, screen),
        Plugin::New(args) => new::run(args, out),
        Plugin::Build => build::run(out),
    }
}
