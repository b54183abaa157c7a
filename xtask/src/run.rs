//! Running other programs: where, with which cargo, and how their output is passed on.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    match here.parent() {
        Some(root) if root != Path::new("") => root.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Where build products go, and what a run leaves behind.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs us, in the root of the workspace.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = program(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(arguments);
    command
}

/// Any other program, in the root of the workspace and with nothing to read.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs to the end with the output passed through; whether it succeeded.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    Ok(command.status().with_context(|| told(command))?.success())
}

/// Whether it runs and succeeds when nobody looks: is a tool there?
pub fn answers(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Standard output of a program that must succeed.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.stderr(Stdio::inherit()).output().with_context(|| told(command))?;
    anyhow::ensure!(done.status.success(), "`{}` failed", told(command));
    String::from_utf8(done.stdout).with_context(|| format!("`{}` did not print UTF-8", told(command)))
}

/// Runs to the end; standard output is passed on, indented so that a runner's closing line is not taken for ours, and
/// each line is also shown to `line`. Whether it succeeded.
pub fn watched(command: &mut Command, line: &mut dyn FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| told(command))?;
    let pipe = child.stdout.take().context("no pipe to read from")?;
    let mut ours = std::io::stdout().lock();
    for read in BufReader::new(pipe).split(b'\n') {
        let read = read?;
        let text = String::from_utf8_lossy(&read);
        line(&text);
        writeln!(ours, "  {text}")?;
    }
    Ok(child.wait()?.success())
}

/// The command as one would type it.
pub fn told(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}
