//! Developer commands. `cargo xtask ci` is the law; the others are its parts and the way to repair what it finds.

mod bench;
mod budgets;
mod ci;
mod count;
mod faults;
mod hub;
mod judges;
mod plugins;
mod run;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Developer commands of Placewright.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// All that must hold before a change lands; closes with `N passed, N failed`
    Ci,
    /// All tests of the workspace and the recorded answers; closes with `N passed, N failed`. Builds the real hub first
    /// where it is not there yet
    Test {
        /// Leave out the tests that need a real hub, and say how many
        #[arg(long)]
        no_hub: bool,
    },
    /// The rules of the house that no compiler checks
    Tidy,
    /// Rewrite what scenarios and command line tests expect; the reviewer reads that diff
    Bless,
    /// Run recorded answers against the engine
    Golden {
        #[command(subcommand)]
        which: Golden,
    },
    /// Run the property tests with more cases than the test run does
    Laws {
        /// Cases a law
        #[arg(long, default_value_t = 20_000)]
        cases: u32,
    },
    /// Run every fuzz target (needs a nightly toolchain and cargo-fuzz)
    Fuzz {
        /// Seconds a target
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Run the engine's tests under AddressSanitizer (needs a nightly toolchain and an x86-64 Linux)
    Asan,
    /// Time every workload with criterion, or those whose names begin with FILTER
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        #[command(subcommand)]
        what: Option<Bench>,
        /// A group (pass, hub, decode, oracle) or a longer beginning, such as pass/b
        filter: Option<String>,
    },
    /// Run the controller under faults of a simulated API server; what fails prints how to run it again
    Faults {
        #[command(flatten)]
        which: faults::Which,
        /// Heartbeats that must change nothing, at the end of each run
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        steps: u32,
    },
    /// A real hub: etcd, kube-apiserver, kube-controller-manager and kubectl, built from Go modules
    Hub {
        #[command(subcommand)]
        what: Hub,
    },
    /// Build the example plugins whose tools are here, say which are missing, and renew the committed ones
    Plugins {
        #[command(subcommand)]
        what: Option<plugins::What>,
    },
    /// Count the instructions of every workload and hold them to `benches/budgets.toml` (needs valgrind)
    Budgets {
        /// Write budgets anew where counts are more than 1 % off
        #[arg(long, requires = "why")]
        update: bool,
        /// Why they moved; stands beside each
        #[arg(long, requires = "update")]
        why: Option<String>,
    },
}

#[derive(Subcommand)]
enum Bench {
    /// Measure everything, up to 1,000,000 clusters, and write `docs/benchmarks.md` with its plot; about ten minutes
    Report,
    /// Measure the controller on a real hub beside a bare client, and write that section; about ten minutes
    Hub,
}

#[derive(Subcommand)]
enum Hub {
    /// Build its programs where they are not there yet, and print their folder (the first time needs Go)
    Build,
    /// Run one on loopback until Ctrl-C; prints `KUBECONFIG=PATH` when it is ready
    Up {
        /// Load `examples/quickstart` and run the controller against it
        #[arg(long)]
        demo: bool,
    },
}

#[derive(Subcommand)]
enum Golden {
    /// Cases of whole reconciliations, one JSON line each, gzipped or not
    Placement {
        /// File of cases
        file: PathBuf,
        /// Print our answer in the recorded form, one line a case, instead of judging
        #[arg(long)]
        emit: bool,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Ci => ci::run(),
        Command::Test { no_hub } => judges::test_and_tell(no_hub),
        Command::Tidy => tidy::run(),
        Command::Bless => judges::bless(),
        Command::Golden { which: Golden::Placement { file, emit } } => judges::golden_placement(&file, emit),
        Command::Laws { cases } => judges::laws(cases),
        Command::Fuzz { seconds } => judges::fuzz(seconds),
        Command::Asan => judges::asan(),
        Command::Bench { what: Some(Bench::Report), .. } => bench::report(),
        Command::Bench { what: Some(Bench::Hub), .. } => bench::on_a_hub(),
        Command::Bench { what: None, filter } => bench::criterion(filter.as_deref()),
        Command::Faults { which, steps } => faults::run(&which, steps),
        Command::Hub { what: Hub::Build } => hub::build(),
        Command::Hub { what: Hub::Up { demo } } => hub::up(demo),
        Command::Plugins { what } => plugins::run(what.as_ref()),
        Command::Budgets { why, .. } => budgets::run(why.as_deref()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("xtask: {why:#}");
            ExitCode::FAILURE
        }
    }
}
