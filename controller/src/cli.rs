//! The command line: what each subcommand reads, how it answers, and the exit code it ends with.

mod args;
mod diff;
mod engine;
mod explain;
mod fate;
mod input;
mod label_query;
mod mistake;
mod notice;
mod number;
mod parse;
mod progress;
mod schedule;
mod schedule_table;
mod scope;
mod screen;
mod session;
mod table;
mod world;
mod yaml;

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command};
use screen::Screen;

/// How a run ends (OUT-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All read and decided.
    Done,
    /// `diff`: differences, and nothing else wrong.
    Differs,
    /// Something could not be read or decided.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Differs => ExitCode::from(3),
            Exit::Failed => ExitCode::from(1),
        }
    }
}

/// Runs the program: arguments in, answers and an exit code out.
pub(crate) fn main() -> ExitCode {
    let mut command = Cli::command();
    if is_kubectl_plugin() {
        command = command.bin_name("kubectl placewright");
    }
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|problem| problem.exit());
    match run(cli.command) {
        Ok(exit) => exit.into(),
        // Whoever read our output has seen enough.
        Err(problem) if is_broken_pipe(&problem) => ExitCode::SUCCESS,
        Err(problem) => {
            // Standard error may be gone as well; then nobody is left to be told.
            let _ = writeln!(io::stderr(), "error: {problem:#}");
            Exit::Failed.into()
        }
    }
}

fn run(command: Command) -> anyhow::Result<Exit> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let screen = Screen::stdout();
    let exit = match command {
        Command::Schedule(args) => schedule::run(&args, &mut out, &screen)?,
        Command::Explain(args) => explain::run(&args, &mut out, &screen)?,
        Command::Diff(args) => diff::run(&args, &mut out, &screen)?,
        Command::Version => {
            writeln!(out, "placewright {}", env!("CARGO_PKG_VERSION")).context("standard output")?;
            Exit::Done
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "placewright", &mut script);
            out.write_all(&script).context("standard output")?;
            Exit::Done
        }
    };
    out.flush().context("standard output")?;
    Ok(exit)
}

/// Whether kubectl runs us: it finds plugins by their name.
fn is_kubectl_plugin() -> bool {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.as_deref().and_then(Path::file_stem).is_some_and(|name| name == "kubectl-placewright")
}

fn is_broken_pipe(problem: &anyhow::Error) -> bool {
    problem.downcast_ref::<io::Error>().is_some_and(|problem| problem.kind() == ErrorKind::BrokenPipe)
}
