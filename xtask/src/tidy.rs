//! `cargo xtask tidy`: the rules of the house that no compiler checks, each finding with what to do instead.

mod arrows;
mod functions;
mod masked;
mod sources;
mod words;

use std::{fmt, fs};

use anyhow::{Context, Result};

use crate::run::{cargo, output, program, root};

/// One broken rule: where, what, and what to do instead.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Prints every finding; whether there was none.
pub fn run() -> Result<bool> {
    let house = house()?;
    let mut findings = arrows::check(&house);
    let files = files()?;
    for (path, text) in &files {
        words::check(path, text, &mut findings);
        if path.ends_with(".rs") {
            sources::check(path, text, &mut findings);
        }
    }
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} files, {} packages, {} findings", files.len(), house.packages.len(), findings.len());
    Ok(findings.is_empty())
}

/// Names of the workspace's packages.
pub fn members() -> Result<Vec<String>> {
    let house = read_house(cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    Ok(house.packages.into_iter().map(|package| package.name).collect())
}

fn house() -> Result<arrows::House> {
    let mut house = arrows::House { packages: Vec::new() };
    // cargo-fuzz makes fuzz a workspace of its own; it is part of the house all the same.
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let command = cargo(&["metadata", "--no-deps", "--format-version", "1", "--manifest-path", manifest]);
        house.packages.extend(read_house(command)?.packages);
    }
    Ok(house)
}

fn read_house(mut command: std::process::Command) -> Result<arrows::House> {
    serde_json::from_str(&output(&mut command)?).context("cargo metadata is not as we know it")
}

/// Tracked files and those about to be, with their text; what is not UTF-8 or was just deleted has none to judge.
fn files() -> Result<Vec<(String, String)>> {
    let listed = output(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    Ok(listed.lines().filter_map(|path| Some((path.into(), fs::read_to_string(root().join(path)).ok()?))).collect())
}
