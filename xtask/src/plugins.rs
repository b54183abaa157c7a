//! `cargo xtask plugins`: the example plugins as components, and the SDK's bindings. No part of the test run, because it
//! takes the tools of five languages.

mod bindings;
mod guest;
mod tools;

use std::fs;

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::run::{cargo, output, program, root, succeeds};
use guest::{Built, GUESTS, Guest};

/// What is done; without one, all examples are built.
#[derive(Subcommand)]
pub enum What {
    /// Build all examples anew, compare committed components with them, and all scores with the native function
    Verify,
    /// Write the SDK's bindings anew from `plugins/wit` (needs wit-bindgen)
    Bindings,
}

/// Runs one of them.
pub fn run(what: Option<&What>) -> Result<bool> {
    match what {
        Some(What::Bindings) => bindings::write(),
        Some(What::Verify) => verify(),
        None => build(),
    }
}

/// Builds every example whose tools are here, and puts those that are committed into their place.
fn build() -> Result<bool> {
    let built = build_all()?;
    let mut languages = Vec::new();
    for (guest, built) in &built {
        if guest.committed && *built == Built::Done {
            fs::copy(guest.built(), guest.component())?;
            pin(guest)?;
            languages.push(guest.language);
        }
    }
    tools::record(&languages)?;
    println!();
    for (guest, built) in &built {
        println!("  {}", told(guest, *built));
    }
    Ok(built.iter().all(|(_, built)| *built != Built::Failed))
}

/// Builds every example and compares; whether all could be built and all agree.
fn verify() -> Result<bool> {
    let mut agree = bindings::fresh()?;
    let built = build_all()?;
    let recorded = tools::recorded()?;
    println!();
    for (guest, built) in &built {
        let told = told(guest, *built);
        if *built != Built::Done {
            println!("  {told}");
            agree = false;
            continue;
        }
        let (verdict, holds) = if guest.committed { bytes(guest, &recorded)? } else { ("built", true) };
        println!("  {told}: {verdict}");
        agree &= holds;
    }
    println!("\nscores over 10,000 clusters, beside the native function:");
    let mut scores = cargo(&["run", "--quiet", "--package", "plugin-host", "--example", "carbon", "--"]);
    let carbon = built.iter().filter(|(guest, built)| guest.example == "carbon" && *built == Built::Done);
    let carbon: Vec<_> = carbon.map(|(guest, _)| guest).collect();
    scores.args(carbon.iter().map(|guest| guest.built()));
    // Those that are committed are what users run, whatever is built here.
    scores.args(carbon.iter().filter(|guest| guest.committed).map(|guest| guest.component()));
    Ok(succeeds(&mut scores)? && agree)
}

fn build_all() -> Result<Vec<(&'static Guest, Built)>> {
    guest::build_placewright()?;
    GUESTS.iter().map(|guest| Ok((guest, guest.build()?))).collect()
}

/// What the bytes of a committed component say, and whether that is as it should be.
fn bytes(guest: &Guest, recorded: &tools::Tools) -> Result<(&'static str, bool)> {
    let same = fs::read(guest.built())? == fs::read(guest.component())?;
    let same_tools = tools::here(guest.language).as_ref() == recorded.get(guest.language);
    Ok(match (same, same_tools) {
        (true, _) => ("the same bytes as the committed one", true),
        (false, true) => ("OTHER BYTES than the committed one, by the recorded tools", false),
        (false, false) => ("not compared with the committed one: the tools are of other versions than recorded", true),
    })
}

/// Pins the digest of a committed component in its document.
fn pin(guest: &Guest) -> Result<()> {
    let path = root().join("examples/plugins").join(guest.example).join("plugin.yaml");
    let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let digest = output(program("sha256sum").arg(guest.component()))?;
    let digest = digest.split_whitespace().next().context("`sha256sum` prints a digest first")?;
    // The digest stands on the line below the file's name.
    let file = format!("path: {}.wasm\n", guest.name);
    let (before, after) =
        text.split_once(&file).with_context(|| format!("{}: no `{}`", path.display(), file.trim()))?;
    let (old, rest) = after.split_once('\n').context("a digest follows the path")?;
    let indent = &old[..old.len() - old.trim_start().len()];
    fs::write(&path, format!("{before}{file}{indent}sha256: {digest}\n{rest}"))?;
    Ok(())
}

fn told(guest: &Guest, built: Built) -> String {
    let what = match built {
        Built::Done => "built",
        Built::NoTool => "NOT BUILT, a tool is missing (see above)",
        Built::Failed => "FAILED",
    };
    format!("{:<14} {:<7} {what}", guest.name, guest.language)
}
