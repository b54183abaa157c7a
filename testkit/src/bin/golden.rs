//! Runs recorded answers against us: `golden placement FILE [--emit] [--naive]`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use testkit::{engine, golden};

/// So many differing cases are shown whole.
const SHOWN: usize = 5;

/// So many lines of panics are named.
const NAMED: usize = 12;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("golden: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let (mut words, mut emits, mut answers) = (Vec::new(), false, engine::upstream as golden::Answers);
    for argument in arguments {
        match argument.as_str() {
            "--emit" => emits = true,
            "--naive" => answers = engine::naive_upstream,
            _ => words.push(argument),
        }
    }
    let [what, file] = words.as_slice() else {
        bail!("usage: golden placement FILE [--emit] [--naive]");
    };
    if what != "placement" {
        bail!("`{what}` is no kind of recorded answers, there is only `placement`");
    }
    let file = PathBuf::from(file);
    if emits { emit(&file, answers) } else { judge(&file, answers) }
}

/// One line a case: what we answer, in the recorded form.
fn emit(file: &Path, answers: golden::Answers) -> Result<bool> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (i, line) in golden::lines(file)?.enumerate() {
        let line = line.with_context(|| format!("cannot read `{}`", file.display()))?;
        let case = golden::parse(&line).with_context(|| format!("line {}", i + 1))?;
        let answer = golden::answer(&case.r#in, answers).with_context(|| format!("line {}", i + 1))?;
        serde_json::to_writer(&mut out, &serde_json::json!({ "out": answer }))?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(true)
}

/// Compares, shows the first that differ, and closes with the count.
fn judge(file: &Path, answers: golden::Answers) -> Result<bool> {
    let (mut passed, mut failed, mut panics) = (0_u32, 0_usize, Vec::new());
    for (i, line) in golden::lines(file)?.enumerate() {
        let line = line.with_context(|| format!("cannot read `{}`", file.display()))?;
        let case = golden::parse(&line).with_context(|| format!("line {}", i + 1))?;
        let out = case.out.as_ref().with_context(|| format!("line {} has no `out` to compare with: --emit", i + 1))?;
        let judged = golden::judge(i + 1, &case, out, answers)?;
        if judged.panic {
            panics.push(judged.line);
        }
        if judged.differences.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        if failed <= SHOWN {
            println!("line {}:", judged.line);
            for difference in &judged.differences {
                println!("  {difference}");
            }
        }
    }
    if failed > SHOWN {
        println!("and {} lines more that differ", failed - SHOWN);
    }
    if !panics.is_empty() {
        let named: Vec<String> = panics.iter().take(NAMED).map(ToString::to_string).collect();
        let more = if panics.len() > NAMED { ", …" } else { "" };
        println!(
            "{} cases in which upstream panics, compared with what Q1 says instead: lines {}{more}",
            panics.len(),
            named.join(", ")
        );
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}
