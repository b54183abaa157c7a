//! What is refused before anything of it runs: damaged files, and components that want what they must not have.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use made::{Made, guest};
use plugin_host::{Host, Limits, Refusal, SIZE_MAX};

const LIFECYCLE: &str = r#"(export "placewright:placement/lifecycle@0.1.0" (instance $lifecycle))"#;

/// Inspects, and compiles what passes.
fn refused(bytes: &[u8]) -> Option<String> {
    let host = Host::new(false).unwrap();
    let ready = host.inspect(bytes).and_then(|inspected| host.compile(&inspected, Limits::default()));
    ready.err().map(|refusal| refusal.to_string())
}

#[track_caller]
fn check(bytes: &[u8], says: &str) {
    let told = refused(bytes).unwrap();
    assert!(told.contains(says), "{told}");
}

#[track_caller]
fn check_made(made: Made, says: &str) {
    check(&made.bytes(), says);
}

#[test]
fn no_bytes() {
    check(b"", "no valid component");
}
#[test]
fn no_wasm() {
    check(b"#!/bin/sh\nexit 0\n", "magic header not detected");
}
#[test]
fn zeros() {
    check(&[0; 1 << 20], "magic header not detected");
}
#[test]
fn two_hundred_mebibytes_of_zeros() {
    check(&vec![0; 200 << 20], "is larger than 32 MiB");
}
#[test]
fn zeros_behind_a_header() {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.resize(SIZE_MAX, 0);
    assert!(refused(&bytes).is_some());
}
#[test]
fn a_core_module() {
    check(&wat::parse_str("(module)").unwrap(), "wrap it with `wasm-tools component new`");
}
#[test]
fn an_empty_component() {
    check(
        &wat::parse_str("(component)").unwrap(),
        "does not export `placewright:placement/lifecycle@0.1.0`; it exports nothing",
    );
}
#[test]
fn nothing_to_do() {
    check_made(guest().with("exports", LIFECYCLE), "exports neither `placewright:placement/filter@0.1.0` nor");
}
#[test]
fn a_newer_interface() {
    let newer = r#"(export "placewright:placement/lifecycle@2.0.0" (instance $lifecycle))"#;
    check_made(guest().with("exports", newer), "`placewright:placement/lifecycle@2.0.0`");
}
#[test]
fn functions_of_another_kind() {
    let exports = format!(r#"{LIFECYCLE} (export "placewright:placement/score@0.1.0" (instance $filtering))"#);
    check_made(guest().with("exports", &exports), "`placewright:placement/score@0.1.0` lacks the function `score`");
    let renamed = r#"(instance $renamed (export "score" (func $init)))"#;
    let exports = format!(r#"{LIFECYCLE} {renamed} (export "placewright:placement/score@0.1.0" (instance $renamed))"#);
    check_made(guest().with("exports", &exports), "`score` of `placewright:placement/score@0.1.0` is of another kind");
}
#[test]
fn the_clock() {
    let clock = r#"(import "wasi:clocks/wall-clock@0.2.0" (instance (export "now" (func (result u64)))))"#;
    check_made(guest().with("imports", clock), "imports `wasi:clocks/wall-clock@0.2.0`");
    check_made(guest().with("imports", clock), "build it without WASI");
}
#[test]
fn a_function_of_its_own() {
    let import = r#"(import "backdoor" (func))"#;
    check_made(guest().with("imports", import), "imports `backdoor`, and a plugin may import nothing but");
}
#[test]
fn a_log_of_another_kind() {
    let component = wat::parse_str(
        r#"(component
            (import "placewright:placement/log@0.1.0" (instance (export "log" (func (param "text" string)))))
            (instance $none)
            (export "placewright:placement/lifecycle@0.1.0" (instance $none))
            (export "placewright:placement/score@0.1.0" (instance $none)))"#,
    );
    check(&component.unwrap(), "cannot be used");
}
#[test]
fn no_functions() {
    let component = wat::parse_str(
        r#"(component
            (instance $none)
            (export "placewright:placement/lifecycle@0.1.0" (instance $none))
            (export "placewright:placement/score@0.1.0" (instance $none)))"#,
    );
    check(&component.unwrap(), "`placewright:placement/lifecycle@0.1.0` lacks the function `describe`");
}
#[test]
fn threads() {
    check_made(guest().with("more", "(memory 1 1 shared)"), "threads");
}
#[test]
fn stack_switching() {
    check_made(guest().with("more", "(type $f (func)) (type (cont $f))"), "stack switching");
}
#[test]
fn garbage_collection() {
    check_made(guest().with("more", "(type (struct (field i32)))"), "gc");
}

/// As interpreters have them: parts beside each other, none of which makes another.
#[test]
fn many_parts_are_no_bomb() {
    let part = "(component (core module $m) (core instance (instantiate $m)) (core instance (instantiate $m)))";
    let bytes = guest().with("imports", &part.repeat(30)).bytes();
    assert_eq!(Host::new(false).unwrap().inspect(&bytes).unwrap().bytes(), bytes);
}

/// Cut off anywhere: never a panic, and a plugin only when nothing that matters is gone.
#[test]
fn cut_off() {
    let bytes = guest().bytes();
    let host = Host::new(false).unwrap();
    for length in 0..bytes.len() {
        match host.inspect(&bytes[..length]) {
            Ok(inspected) => assert!(host.compile(&inspected, Limits::default()).is_ok(), "{length}"),
            Err(Refusal::Damaged { .. } | Refusal::NoLifecycle { .. } | Refusal::NothingToDo { .. }) => {}
            Err(other) => panic!("{length}: {other}"),
        }
    }
}

/// One bit flipped, at every byte: never a panic. What still is a component is compiled and asked.
#[test]
fn flipped() {
    let bytes = guest().bytes();
    let host = Host::new(false).unwrap();
    let (mut refused, mut answered) = (0, 0);
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        let asked = host.inspect(&bytes).and_then(|inspected| host.compile(&inspected, Limits::default()));
        match asked {
            Ok(guest) => {
                let _ = (guest.describe(), guest.plan(&plugin_host::Settings::default()));
                answered += 1;
            }
            Err(_) => refused += 1,
        }
    }
    // Both occur: the header matters, the texts do not.
    assert!(refused > 100 && answered > 100, "{refused} {answered}");
}
