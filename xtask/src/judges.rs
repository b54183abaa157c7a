//! Tests, recorded answers, laws and fuzzing: each runs a program of the workspace and says whether it held.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    count::{Count, filtered_out},
    hub,
    run::{answers, cargo, program, root, succeeds, target, told, watched},
};

/// The recorded answers that every test run goes through.
const RECORDED: &str = "testkit/golden/placement.jsonl.gz";

/// The module that holds the tests of every target that needs a real hub.
const ON_A_HUB: &str = "real_hub::";

/// `cargo xtask test`: what the README names as the command that runs all tests. Without a hub, those that need one are
/// left out and counted.
pub fn test_and_tell(no_hub: bool) -> Result<bool> {
    let count = if no_hub { test_without_hub()? } else { test()? };
    println!("{count}");
    Ok(count.failed == 0)
}

/// All tests, the hub built first where it is not there yet.
pub fn test() -> Result<Count> {
    let programs = hub::folder()?;
    run_tests(cargo(&["test", "--workspace", "--no-fail-fast"]).env(hub::ASSETS, programs), &mut |_| ())
}

fn test_without_hub() -> Result<Count> {
    let mut left_out = 0;
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--", "--skip", ON_A_HUB]);
    let count = run_tests(&mut command, &mut |line| left_out += filtered_out(line))?;
    println!("left out: {left_out} tests that need a real hub");
    Ok(count)
}

/// Unit, integration, documentation and command line tests of the workspace, then the recorded answers.
fn run_tests(tests: &mut Command, line: &mut dyn FnMut(&str)) -> Result<Count> {
    let mut total = Count::default();
    for command in [tests, &mut golden(&root().join(RECORDED), false)] {
        println!("$ {}", told(command));
        let mut count = Count::default();
        let succeeded = watched(command, &mut |told| {
            count.take(told);
            line(told);
        })?;
        total += count.judged(succeeded);
    }
    Ok(total)
}

/// Output goes to the caller untouched, so that it can be piped on; `file` is relative to where the caller stands.
pub fn golden_placement(file: &Path, emit: bool) -> Result<bool> {
    let file = std::env::current_dir()?.join(file);
    if !file.is_file() {
        bail!("`{}` is not a file", file.display());
    }
    succeeds(&mut golden(&file, emit))
}

fn golden(file: &Path, emit: bool) -> Command {
    let mut command = cargo(&["run", "--quiet", "--package", "testkit", "--bin", "golden", "--", "placement"]);
    command.arg(file.strip_prefix(root()).unwrap_or(file)).args(emit.then_some("--emit"));
    command
}

/// Rewrites what scenarios and command line tests expect, and the files under `deploy/crds`.
pub fn bless() -> Result<bool> {
    let scenarios =
        succeeds(cargo(&["test", "--package", "testkit", "--test", "scenarios"]).env("PLACEWRIGHT_BLESS", "1"))?;
    let mut cli = cargo(&["test", "--package", "controller"]);
    let cli = succeeds(cli.env("TRYCMD", "overwrite").env("PLACEWRIGHT_BLESS", "1"))?;
    println!("read the diff: `git diff` shows what the tests now expect");
    Ok(scenarios && cli)
}

/// The property tests with `cases` cases a law.
pub fn laws(cases: u32) -> Result<bool> {
    let mut command = cargo(&["test", "--package", "testkit", "--test", "laws", "--", "--nocapture"]);
    succeeds(command.env("PLACEWRIGHT_LAW_CASES", cases.to_string()))
}

/// The tests of the only package with `unsafe` under AddressSanitizer, built apart from all else.
pub fn asan() -> Result<bool> {
    let mut command = nightly_cargo(&["test", "--package", "scheduler-core"]);
    // Named, so that the flags are not those of build scripts and macros.
    command.args(["--target", "x86_64-unknown-linux-gnu", "--target-dir"]).arg(target().join("asan"));
    succeeds(command.env("RUSTFLAGS", "-Zsanitizer=address"))
}

/// Every fuzz target for `seconds`, starting from its corpus and the findings of old.
pub fn fuzz(seconds: u32) -> Result<bool> {
    if !can_fuzz() {
        bail!("fuzzing needs a nightly toolchain and `cargo install cargo-fuzz`");
    }
    let mut held = true;
    for target in fuzz_targets()? {
        println!("fuzz {target}, {seconds} s");
        fs::create_dir_all(root().join("fuzz/corpus").join(&target))?;
        let folders = ["corpus", "seeds", "regressions"].map(|folder| format!("fuzz/{folder}/{target}"));
        let mut command = nightly_cargo(&["fuzz", "run", &target]);
        command.args(folders).arg("--");
        // Ten seconds for one input is a hang: the slowest seed takes milliseconds.
        command.args([format!("-max_total_time={seconds}"), "-timeout=10".into(), "-rss_limit_mb=1024".into()]);
        held &= succeeds(&mut command)?;
    }
    Ok(held)
}

/// Whether the tools that fuzzing needs are there.
pub fn can_fuzz() -> bool {
    answers(&mut nightly_cargo(&["fuzz", "--version"]))
}

/// The nightly toolchain's cargo, whichever runs us.
fn nightly_cargo(arguments: &[&str]) -> Command {
    let mut command = program("rustup");
    command.args(["run", "nightly", "cargo"]).args(arguments).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    command
}

fn fuzz_targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no folder `{}`", folder.display()))? {
        let path = entry?.path();
        if let (Some("rs"), Some(name)) = (path.extension().and_then(|e| e.to_str()), path.file_stem()) {
            targets.push(name.to_string_lossy().into_owned());
        }
    }
    targets.sort();
    Ok(targets)
}
