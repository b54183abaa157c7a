//! What `simulate` writes: the same for the same seed, whole or not at all, and read by the other commands.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const NOW: &str = "2026-01-01T00:00:00Z";

fn placewright() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placewright"));
    command.stdin(Stdio::null());
    command
}

fn simulate(size: [&str; 2], more: &[&str]) -> Command {
    let mut command = placewright();
    command.args(["simulate", "--clusters", size[0], "--placements", size[1]]).args(more);
    command
}

/// Standard output of a run that must end well and say nothing else.
#[track_caller]
fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    String::from_utf8(output.stdout).unwrap()
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = folder("same-seed");
    let write = |name: &str, seed: &str| {
        let path = folder.join(name);
        stdout(simulate(["200", "20"], &["--seed", seed, "--to"]).arg(&path));
        fs::read(path).unwrap()
    };
    let (packed, plain) = (write("a.jsonl.gz", "3"), write("a.jsonl", "3"));
    assert_eq!(packed, write("b.jsonl.gz", "3"));
    assert_ne!(packed, write("c.jsonl.gz", "4"));
    assert_eq!(packed[4..8], [0; 4], "the time is in it");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    assert_eq!(stdout(&mut simulate(["200", "20"], &["--seed", "3"])).into_bytes(), plain);
    assert_eq!(names(&folder), ["a.jsonl", "a.jsonl.gz", "b.jsonl.gz", "c.jsonl.gz"]);
}

#[test]
fn every_mix_is_read_and_decided_without_a_word() {
    let folder = folder("mixes");
    for mix in ["mix", "mixv", "a", "aall", "b", "bnarrow", "c", "e", "f", "g", "u", "h"] {
        for decided in [&[][..], &["--decided"]] {
            let path = folder.join("fleet.jsonl.gz");
            stdout(simulate(["120", "20"], &["--mix", mix, "--to"]).arg(&path).args(decided));
            let schedule = ["schedule", "--strict", "--profile", "upstream", "--now", NOW, "-o", "json", "-f"];
            let answer: Value = serde_json::from_str(&stdout(placewright().args(schedule).arg(path))).unwrap();
            let of = |kind: &str| answer["items"].as_array().unwrap().iter().filter(|o| o["kind"] == kind).count();
            assert_eq!((of("Placement"), of("PlacementDecision") >= 20), (20, true), "{mix} {decided:?}");
        }
    }
}

#[test]
fn what_is_decided_is_written_only_if_asked() {
    let slices =
        |more: &[&str]| stdout(&mut simulate(["50", "7"], more)).matches(r#""kind":"PlacementDecision""#).count();
    assert_eq!((slices(&[]), slices(&["--decided"])), (0, 7));
}

#[cfg(unix)]
#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = folder("whole");
    let path = folder.join("fleet.jsonl");
    fs::write(&path, "what was there").unwrap();
    // No file of more than a block; the signal that would end the program is left to come as an error.
    let limited = r#"trap "" XFSZ; ulimit -f 1; exec "$0" "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_placewright"), "simulate"]);
    command.args(["--clusters", "200", "--placements", "1", "--to"]).arg(&path);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("error: ") && told.contains("fleet.jsonl: cannot be written: "), "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "what was there");
    assert_eq!(names(&folder), ["fleet.jsonl"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_a_device_stays_one() {
    let folder = folder("links");
    let (path, link) = (folder.join("fleet.jsonl"), folder.join("link.jsonl"));
    fs::write(&path, "").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    stdout(simulate(["2", "1"], &["--to"]).arg(&link));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2 + 1 + 50 + 2 + 1);
    stdout(&mut simulate(["2", "1"], &["--to", "/dev/null"]));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn whoever_stops_reading_ends_it_quietly() {
    // Far more than could be written while the test runs.
    let mut child = simulate(["4000000000", "1"], &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("ManagedCluster"));
    drop(lines);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}
