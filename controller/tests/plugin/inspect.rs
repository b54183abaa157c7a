//! `placewright plugin inspect`, on a component written by hand and on what is left of it when it is damaged.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use super::{document, folder, guest, text};

/// Writes a file under the tests' own folder.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn inspect(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_placewright")).args(["plugin", "inspect"]).args(args).output().unwrap()
}

fn texts(output: Output) -> (String, String) {
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], says: &str) {
    let path = file(name, bytes);
    let output = inspect(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let (out, err) = texts(output);
    assert_eq!(out, "");
    assert!(err.starts_with("error: ") && err.contains(name) && err.contains(says), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}

#[test]
fn what_a_plugin_is_and_reads() {
    let path = file("whole.wasm", &guest().bytes());
    let output = inspect(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let (out, err) = texts(output);
    assert_eq!(err, "");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[..2], ["Name:            demo", "Version:         1.0"]);
    assert!(lines[4].starts_with("Digest:          sha256:") && lines[4].len() == 17 + 7 + 64, "{out}");
    assert_eq!(lines[6], "Exports:         filter, score");
    assert_eq!(lines[10], "SETTINGS   ROW-LOCAL   NORMALIZATION   INIT FUEL    MEMORY   INPUTS");
    assert!(lines[11].ends_with("128 KiB   allocatable cpu (numbers, absent: 0), label region (texts)"), "{out}");
    assert_eq!(lines.len(), 12);
}

#[test]
fn for_programs() {
    let path = file("programs.wasm", &guest().bytes());
    let eu = file("eu.json", br#"{"region": "eu"}"#);
    let settings = format!("eu={}", eu.display());
    let output = inspect(&[path.to_str().unwrap(), "--settings", &settings, "-o", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["exports"], serde_json::json!(["filter", "score"]));
    assert_eq!(told["settings"]["eu"]["rowLocal"], true);
    assert_eq!(told["settings"]["eu"]["inputs"][1], "label region (texts)");
    assert_eq!(told["limits"]["fuelBase"], 20_000_000);
}

#[test]
fn the_rest_is_told_where_settings_fail() {
    let picky =
        guest().with("init", "(if (i32.gt_u (local.get $length) (i32.const 2)) (then unreachable)) (i32.const 0x1c0)");
    let path = file("picky.wasm", &picky.bytes());
    let (good, bad) = (file("good.json", b"{}"), file("bad.json", b"{\"a\": 1}"));
    let bad = format!("bad={}", bad.display());
    let output = inspect(&[path.to_str().unwrap(), "--settings", good.to_str().unwrap(), "--settings", &bad]);
    assert_eq!(output.status.code(), Some(1));
    let (out, err) = texts(output);
    assert!(out.contains("\ndefault ") && !out.contains("\nbad "), "{out}");
    assert!(err.contains("settings `bad`: `init` trapped: wasm `unreachable` instruction executed (in init)"), "{err}");
}

#[test]
fn settings_that_are_no_json() {
    let path = file("settings.wasm", &guest().bytes());
    let yaml = file("settings.yaml", b"a: 1\n");
    let output = inspect(&[path.to_str().unwrap(), "--settings", yaml.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let (out, err) = texts(output);
    assert_eq!(out, "");
    assert!(err.contains("settings.yaml: settings must be one JSON document"), "{err}");
}

#[test]
fn damaged_files() {
    let bytes = guest().bytes();
    refused("half.wasm", &bytes[..bytes.len() / 2], "no valid component");
    let mut flipped = bytes;
    flipped.iter_mut().skip(40).step_by(97).for_each(|byte| *byte ^= 0x55);
    refused("flipped.wasm", &flipped, "no valid component");
    refused("empty.wasm", b"", "no valid component");
    refused("text.wasm", b"not a component", "no valid component");
    refused("zeros.wasm", &vec![0; 33 << 20], "is larger than 32 MiB");
    refused("module.wasm", &wat::parse_str("(module)").unwrap(), "wrap it with `wasm-tools component new`");
}

#[test]
fn what_it_must_not_have() {
    let clock = r#"(import "wasi:clocks/wall-clock@0.2.0" (instance (export "now" (func (result u64)))))"#;
    refused("clock.wasm", &guest().with("imports", clock).bytes(), "imports `wasi:clocks/wall-clock@0.2.0`");
}

#[test]
fn wasi_where_its_document_says_so() {
    let clock = r#"(import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64)))))"#;
    let bytes = guest().with("imports", clock).bytes();
    let inspected = |name, spec| {
        let document = document(&bytes, spec);
        let folder = folder(name, &[("demo.wasm", &bytes), ("plugin.yaml", document.as_bytes())]);
        texts(inspect(&[text(&folder.join("plugin.yaml"))]))
    };
    let (out, err) = inspected("wasi", ", wasi: Deterministic");
    assert!(out.contains("wasi:clocks/monotonic-clock@0.2.0") && err.is_empty(), "{out}{err}");
    let (_, err) = inspected("no-wasi", "");
    assert!(err.contains("write `wasi: Deterministic` under `spec`"), "{err}");
}

#[test]
fn no_file() {
    let (out, err) = texts(inspect(&["nowhere.wasm"]));
    assert_eq!((out.as_str(), err.as_str()), ("", "error: nowhere.wasm: there is no such file\n"));
}
