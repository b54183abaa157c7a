//! `cargo xtask hub`: the programs of a real hub, built once and kept, and a hub to try things on.

mod build;
mod progress;

pub use build::folder;

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result, ensure};

use crate::run::{cargo, succeeds, target, told};

/// Where tests and `hub up` look for the programs; the name that other tools for such hubs use.
pub const ASSETS: &str = "KUBEBUILDER_ASSETS";

/// Builds the programs where they are not there yet, and tells their folder.
pub fn build() -> Result<bool> {
    println!("{}", folder()?.display());
    Ok(true)
}

/// Becomes a hub that runs until it is stopped. Returns only if that fails: one process then is the one that Ctrl-C
/// reaches, and nobody has to pass signals on.
pub fn up(demo: bool) -> Result<bool> {
    let programs = folder()?;
    let mut command = cargo(&["run", "--quiet", "--package", "hub", "--bin", "hub"]);
    command.env(ASSETS, programs);
    if demo {
        eprintln!("building placewright");
        let built = succeeds(&mut cargo(&["build", "--quiet", "--package", "controller", "--bin", "placewright"]))?;
        ensure!(built, "placewright does not build");
        command.args(["--", "examples/quickstart"]).arg(target().join("debug/placewright"));
    }
    Err(command.exec()).with_context(|| told(&command))
}
