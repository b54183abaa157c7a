//! Every scenario, put to the engine and to the oracle. `PLACEWRIGHT_BLESS=1` rewrites what they expect.

use std::path::Path;

use anyhow::{Result, ensure};
use testkit::naive::{self, Hub, World};
use testkit::scenario::{Expect, Scenario, blessed, files};
use testkit::{engine, laws};

/// What is wrong with one file, or nothing.
fn check(path: &Path, bless: bool) -> Result<()> {
    let (scenario, text) = Scenario::read(path)?;
    let (facts, key, now) = (scenario.facts(), scenario.key(), scenario.at()?);
    let ours = engine::schedule(&facts, &scenario.profile, &key, now);
    let theirs = naive::schedule(&World::of(&facts), &Hub::new(&scenario.profile), &key, now);
    let apart = laws::disagreements(&ours, &theirs);
    ensure!(apart.is_empty(), "engine and oracle disagree: {}", apart.join("\n"));
    ensure!(scenario.expect != Expect::default(), "it expects nothing");
    let told = Expect::of(&ours, &scenario.expect);
    if bless {
        std::fs::write(path, blessed(&text, &told))?;
        return Ok(());
    }
    ensure!(told == scenario.expect, "expected\n{}but got\n{told}", scenario.expect);
    Ok(())
}

#[test]
fn scenarios() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let bless = std::env::var_os("PLACEWRIGHT_BLESS").is_some_and(|v| v == "1");
    let files = files(&folder)?;
    let mut wrong = Vec::new();
    for file in &files {
        if let Err(why) = check(file, bless) {
            let name = file.strip_prefix(&folder).unwrap_or(file).display();
            wrong.push(format!("{name}: {why:#}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} scenarios:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    assert!(files.len() >= 40, "only {} scenarios were found", files.len());
    Ok(())
}
