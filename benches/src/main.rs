//! What `cargo xtask bench report` and `cargo xtask budgets` run: one program, because linking it takes longer than most
//! of what it does.

use std::{env, fs, path::Path};

use anyhow::{Context, bail};
use benches::{
    instructions,
    measured::{Alone, Measured},
    report::{Outside, plot, text},
    upstream::Upstream,
};

const USAGE: &str = "usage: benches measure [GROUP]... | report MEASURED OUTSIDE FOLDER | count";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["measure", groups @ ..] => measure(groups),
        ["report", measured, outside, folder] => report(measured, outside, Path::new(folder)),
        ["count"] => instructions::run(),
        _ => bail!(USAGE),
    }
}

/// Prints every figure as JSON, or those of some groups, of which `wakes` and `series` are two.
fn measure(groups: &[&str]) -> anyhow::Result<()> {
    let alone = groups.iter().find_map(|argument| Alone::parse(argument));
    let wanted = |group: &str| groups.is_empty() || groups.contains(&group);
    let measured = match alone {
        Some(part) => Measured::take_alone(part),
        None => Measured::take(&wanted, &Alone::all(&wanted))?,
    };
    println!("{}", serde_json::to_string_pretty(&measured)?);
    Ok(())
}

/// Writes `benchmarks.md` and its plot from what was measured and what was seen from outside.
fn report(measured: &str, outside: &str, folder: &Path) -> anyhow::Result<()> {
    let measured: Measured = read(measured)?;
    let outside: Outside = read(outside)?;
    let upstream = Upstream::recorded()?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("benchmarks.svg"), plot::svg(&measured, &upstream)?)?;
    fs::write(folder.join("benchmarks.md"), text::markdown(&measured, &outside, &upstream))?;
    println!("wrote {}", folder.join("benchmarks.md").display());
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    serde_json::from_slice(&fs::read(path).with_context(|| format!("no `{path}`"))?).with_context(|| path.to_owned())
}
