//! The command line: what each subcommand reads, how it answers, and the exit code it ends with.

mod anonymize;
mod answer;
mod args;
mod bench;
mod counts;
mod crds;
mod diff;
mod document;
mod engine;
mod explain;
mod fate;
mod file;
mod input;
mod label_query;
mod live;
mod mistake;
mod notice;
mod number;
mod parse;
mod plugin;
mod plugins;
mod preflight;
mod progress;
mod schedule;
mod schedule_table;
mod scope;
mod screen;
mod session;
mod simulate;
mod snapshot;
mod table;
mod world;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command, Serve};
use notice::one_line;
use screen::{Answers, Screen};

use crate::process::{self, Role};

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
pub fn main() -> ExitCode {
    let mut command = Cli::command();
    if is_called("kubectl-placewright") {
        command = command.bin_name("kubectl placewright");
    }
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let serves = args.get(1).is_some_and(|name| name == "controller" || name == "debug");
    if serves {
        args = process::dashed(args);
    }
    // Upstream's program, whose place we take, ends with 1 where the usage is wrong (§17.1).
    let usage = if serves || is_called("placement") { 1 } else { 2 };
    let matches = command.try_get_matches_from(args);
    let ended = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => run(cli.command),
        Err(help_or_mistake) => say(&help_or_mistake, usage),
    };
    ended.unwrap_or_else(|problem| {
        // Standard error may be gone as well; then nobody is left to be told.
        let _ = writeln!(io::stderr(), "error: standard output: {}", one_line(&problem.to_string()));
        Exit::Failed.into()
    })
}

/// Help and version on standard output, mistakes of usage on standard error and by this exit code.
///
/// # Errors
/// Those of standard output.
fn say(what: &clap::Error, usage: u8) -> io::Result<ExitCode> {
    let told = what.print();
    match what.exit_code() {
        0 => match told {
            Err(problem) if problem.kind() != io::ErrorKind::BrokenPipe => Err(problem),
            _ => Ok(ExitCode::SUCCESS),
        },
        _ => Ok(ExitCode::from(usage)),
    }
}

/// Runs a subcommand that serves.
///
/// # Errors
/// Those of standard output.
fn serve(name: &str, role: Role, args: Serve) -> io::Result<ExitCode> {
    let Serve { flags, profile } = args;
    process::run(role, &flags, profile.profiles).or_else(|mistake| {
        let mut command = Cli::command();
        command.build();
        let command = command.find_subcommand_mut(name);
        let mistake = command.map(|command| command.error(ErrorKind::ValueValidation, mistake));
        mistake.map_or(Ok(ExitCode::from(1)), |mistake| say(&mistake, 1))
    })
}

/// Runs one command. Whatever becomes of standard error, the answer is given.
///
/// # Errors
/// Those of standard output; that nobody reads it any more is none.
fn run(command: Command) -> io::Result<ExitCode> {
    let mut out = io::BufWriter::with_capacity(1 << 16, Answers(io::stdout().lock()));
    let screen = Screen::stdout();
    let exit = match command {
        Command::Schedule(args) => schedule::run(&args, &mut out, &screen)?,
        Command::Explain(args) => explain::run(&args, &mut out, &screen)?,
        Command::Diff(args) => diff::run(&args, &mut out, &screen)?,
        Command::Bench(args) => bench::run(&args, &mut out, &screen)?,
        Command::Snapshot(args) => snapshot::run(&args)?,
        Command::Simulate(args) => simulate::run(&args)?,
        Command::Preflight(args) => preflight::run(&args, &mut out, &screen)?,
        Command::Crds => crds::run(&mut out)?,
        Command::Plugin(command) => plugin::run(&command, &mut out, &screen)?,
        Command::Controller(args) => return serve("controller", Role::Controller, args),
        Command::Debug(args) => return serve("debug", Role::Debug, args),
        Command::Version => {
            writeln!(out, "placewright {}", env!("CARGO_PKG_VERSION"))?;
            Exit::Done
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "placewright", &mut script);
            out.write_all(&script)?;
            Exit::Done
        }
    };
    out.flush()?;
    Ok(exit.into())
}

/// Whether the program is called by this name: kubectl finds plugins by theirs, OCM's operator calls `placement`.
fn is_called(name: &str) -> bool {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.as_deref().and_then(Path::file_stem).is_some_and(|stem| stem == name)
}
