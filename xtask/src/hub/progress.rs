//! Shows how far a Go build has come.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result};

use crate::run::told;

/// Lines of a build's output that are worth keeping: a compiler's complaints come last.
const KEPT: usize = 40;

/// Runs a `go build -v` of a program of `of` packages, telling each tenth; whether it succeeded, and what it complained
/// of if not. What Go has in its own cache it does not count, so a build may end before the last tenth.
pub fn shown(command: &mut Command, name: &str, of: usize) -> Result<bool> {
    eprintln!("  {name}: {of} packages");
    let start = Instant::now();
    let mut child = command.stderr(Stdio::piped()).spawn().with_context(|| told(command))?;
    let pipe = child.stderr.take().context("no pipe to read from")?;
    let (mut compiled, mut tenth, mut last) = (0, 0, VecDeque::new());
    for line in BufReader::new(pipe).lines() {
        let line = line?;
        // `-v` prints the path of each package that is compiled; all else is longer.
        compiled += usize::from(!line.contains(' '));
        if compiled * 10 / of.max(1) > tenth {
            tenth = compiled * 10 / of.max(1);
            eprintln!("  {name}: {compiled} of {of} packages, {} s", start.elapsed().as_secs());
        }
        last.push_back(line);
        last.drain(..last.len().saturating_sub(KEPT));
    }
    let succeeded = child.wait()?.success();
    if succeeded {
        eprintln!("  {name}: built in {} s", start.elapsed().as_secs());
    } else {
        last.iter().for_each(|line| eprintln!("  {line}"));
    }
    Ok(succeeded)
}
