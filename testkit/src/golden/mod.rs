//! Answers recorded from upstream, and the runner that puts the same questions to us.

mod answer;
mod case;
mod compare;
pub mod fleet;
mod replay;

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use scheduler_core::{Fact, PlacementKey, Time};

use crate::engine::Answered;

pub use answer::answer;
pub use case::{Case, In, Out};
pub use compare::{Difference, compare};

/// Who answers: facts, whose answer, at what time, in profile `upstream`.
pub type Answers = fn(&[Fact], &PlacementKey, Time) -> Answered;

/// What became of one line.
#[derive(Debug)]
pub struct Judged {
    /// Counted from 1.
    pub line: usize,
    /// Upstream panics here; ours answers as Q1 says, and that is what was compared.
    pub panic: bool,
    /// Nothing: it passed.
    pub differences: Vec<Difference>,
}

/// The lines of a file, gunzipped if they are gzipped.
///
/// # Errors
/// The file cannot be opened or read.
pub fn lines(path: &Path) -> Result<impl Iterator<Item = io::Result<String>> + use<>> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
    let mut reader = BufReader::new(file);
    let is_gzip =
        reader.fill_buf().with_context(|| format!("cannot read `{}`", path.display()))?.starts_with(&[0x1f, 0x8b]);
    let reader: Box<dyn Read> =
        if is_gzip { Box::new(flate2::bufread::MultiGzDecoder::new(reader)) } else { Box::new(reader) };
    Ok(BufReader::new(reader).lines())
}

/// Reads one line.
///
/// # Errors
/// It is no case of the recorded form.
pub fn parse(line: &str) -> serde_json::Result<Case> {
    serde_json::from_str(line)
}

/// Puts one recorded case to `answers` and compares.
///
/// # Errors
/// The case cannot be turned into facts or its writes not applied.
pub fn judge(line: usize, case: &Case, out: &Out, answers: Answers) -> Result<Judged> {
    let ours = answer(&case.r#in, answers).with_context(|| format!("line {line}"))?;
    Ok(Judged { line, panic: out.panic.is_some(), differences: compare(out, &ours) })
}
