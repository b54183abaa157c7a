//! What a guest gets of WASI: nothing, or where its document says so a subset that says the same everywhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[path = "made/wasi.rs"]
mod imports;
mod made;

use imports::{CLOCKS, Imports, OUTPUT, PROCESS, RANDOM, SLEEP};
use made::{Made, guest};
use plugin_host::{Batch, Column, Failure, Guest, Host, Level, Limits, Log, Reason, Settings, Wasi};

/// Answers with the three numbers at 0x1000.
const ANSWER: &str =
    "(i32.store (i32.const 0x244) (i32.const 0x1000)) (i32.store (i32.const 0x248) (i32.const 3)) (i32.const 0x240)";

/// A guest that may call the functions of these imports, `$0`, `$1` …, when it scores.
fn calling(imports: &Imports, score: &str) -> Made {
    guest()
        .with("imports", imports.interfaces)
        .with("before", &imports.lowered())
        .with("with", &imports.given())
        .with("more", &format!("{} {{more}}", imports.taken()))
        .with("score", &format!("{score} {ANSWER}"))
}

fn compiled(made: Made) -> Guest {
    let host = Host::new(false).unwrap();
    let bytes = made.bytes();
    host.compile(&host.inspect_with(&bytes, Wasi::Deterministic).unwrap(), Limits::default()).unwrap()
}

/// What an instance of its own scores, and what it says.
fn score(guest: &Guest) -> (Result<Vec<f64>, Failure>, Log) {
    let settings = Settings::default();
    let plan = guest.plan(&settings).unwrap().plan;
    let mut evaluation = guest.evaluate(&settings, &plan).unwrap();
    let values = ["".into()];
    let columns = vec![Column::Numbers(&[0.0; 3]), Column::Texts { values: &values, codes: &[0; 3] }];
    let scores = evaluation.score(&Batch::new(&plan, 3, columns).unwrap());
    (scores.map(|scores| scores.as_slice().to_vec()), evaluation.take_log())
}

#[track_caller]
fn check_trap(made: Made, says: &str) {
    let failure = score(&compiled(made)).0.unwrap_err();
    assert_eq!(failure.reason, Reason::Trap, "{failure}");
    assert!(failure.to_string().contains(says), "{failure}");
}

#[track_caller]
fn check_refused(imports: &str, wasi: Wasi, says: &str) {
    let bytes = guest().with("imports", imports).bytes();
    let told = Host::new(false).unwrap().inspect_with(&bytes, wasi).unwrap_err().to_string();
    assert!(told.contains(says), "{told}");
}

#[test]
fn clocks_stand_still() {
    let guest = compiled(calling(
        &CLOCKS,
        "(f64.store (i32.const 0x1000) (f64.convert_i64_u (call $0)))
         (f64.store (i32.const 0x1008) (f64.convert_i64_u (call $0)))
         (call $1 (i32.const 0x2000))
         (f64.store (i32.const 0x1010) (f64.convert_i64_u (i64.load (i32.const 0x2000))))",
    ));
    assert_eq!(score(&guest).0.unwrap(), [1.0, 1.0, 0.0]);
}

/// The same in every instance, something else with each draw and for each component.
#[test]
fn randomness_is_that_of_the_component() {
    let draw = "(f64.store (i32.const 0x1000) (f64.convert_i64_u (call $0)))
        (f64.store (i32.const 0x1008) (f64.convert_i64_u (call $0)))
        (call $1 (i64.const 4) (i32.const 0x2000))
        (f64.store (i32.const 0x1010) (f64.convert_i32_u (i32.load (i32.load (i32.const 0x2000)))))";
    let guest = compiled(calling(&RANDOM, draw));
    let drawn = score(&guest).0.unwrap();
    assert_eq!(score(&guest).0.unwrap(), drawn);
    assert!(drawn[0] != drawn[1] && drawn[2] > 0.0, "{drawn:?}");
    let other = score(&compiled(calling(&RANDOM, draw).with("more", "(global i32 (i32.const 7))"))).0.unwrap();
    assert!(drawn.iter().zip(&other).all(|(one, other)| one != other), "{drawn:?} {other:?}");
}
#[test]
fn randomness_is_work() {
    let endless = "(loop $ever (call $1 (i64.const 65536) (i32.const 0x2000)) (br $ever))";
    let made = calling(&RANDOM, endless).with("alloc", "(return (i32.const 0x10000))");
    let made = made.with("more", "(data (i32.const 0) \"\")");
    let failure = score(&compiled(made)).0.unwrap_err();
    assert_eq!(failure.reason, Reason::Fuel, "{failure}");
    let much = calling(&RANDOM, "(call $1 (i64.const 65537) (i32.const 0x2000))");
    check_trap(much, "asks for 65537 random bytes at once and may have 65536");
}

#[test]
fn output_goes_into_the_log() {
    let write = |stream: u32, from: u32, bytes: u32| {
        format!("(call $2 (call ${stream}) (i32.const {from}) (i32.const {bytes}) (i32.const 0x2000))")
    };
    // Two lines in three pieces, between them another stream; the last line does not end.
    let all = [write(0, 0x300, 3), write(1, 0x30b, 6), write(0, 0x303, 5), write(0, 0x308, 3)].concat();
    let made = calling(&OUTPUT, &all).with("more", r#"(data (i32.const 0x300) "one two\nend\1bpanic")"#);
    let (scores, log) = score(&compiled(made));
    assert!(scores.is_ok(), "{scores:?}");
    let lines: Vec<(Level, &str)> = log.lines.iter().map(|line| (line.level, line.message.as_str())).collect();
    assert_eq!(lines, [(Level::Info, "one two"), (Level::Info, "end"), (Level::Warn, " panic")]);
}
#[test]
fn output_has_the_budget_of_the_log() {
    let made = calling(
        &OUTPUT,
        "(memory.fill (i32.const 0x1000) (i32.const 10) (i32.const 0x1000))
         (call $2 (call $0) (i32.const 0x1000) (i32.const 0x1000) (i32.const 0x4000))
         (memory.fill (i32.const 0x1000) (i32.const 0) (i32.const 0x1000))",
    );
    let (scores, log) = score(&compiled(made));
    assert!(scores.is_ok(), "{scores:?}");
    assert_eq!((log.lines.len(), log.dropped), (64, 4096 - 64));
    let much = calling(
        &OUTPUT,
        "(loop $ever
           (call $2 (call $0) (i32.const 0x1000) (i32.const 0x1000) (i32.const 0x4000)) (br $ever))",
    );
    let failure = score(&compiled(much)).0.unwrap_err();
    assert_eq!(failure.reason, Reason::Fuel, "{failure}");
    let much = calling(&OUTPUT, "(call $2 (call $0) (i32.const 0x1000) (i32.const 0x1001) (i32.const 0x4000))");
    check_trap(much, "writes 4097 bytes at once and may write 4096");
}

/// The host keeps a place for each stream that a guest holds, outside of the guest's memory: there are only so many.
#[test]
fn streams_have_an_end() {
    check_trap(calling(&OUTPUT, "(loop $more (drop (call $0)) (br $more))"), "`score`");
}

#[test]
fn nothing_waits() {
    let sleep = calling(&SLEEP, "(drop (call $1 (i64.const 1000000000)))");
    check_trap(sleep, "calls `subscribe-duration` of `wasi:clocks/monotonic-clock@0.2.0`, which `wasi: Deterministic`");
    let poll = calling(&SLEEP, "(call $0 (i32.const 0x1000) (i32.const 0) (i32.const 0x2000))");
    check_trap(poll, "calls `poll` of `wasi:io/poll@0.2.0`, which `wasi: Deterministic` does not have");
}

#[test]
fn nothing_around_it() {
    let made = calling(
        &PROCESS,
        "(call $0 (i32.const 0x2000)) (f64.store (i32.const 0x1000) (f64.convert_i32_u (i32.load (i32.const 0x2004))))
         (call $1 (i32.const 0x2000)) (f64.store (i32.const 0x1008) (f64.convert_i32_u (i32.load (i32.const 0x2004))))",
    );
    assert_eq!(score(&compiled(made)).0.unwrap(), [0.0, 0.0, 0.0]);
    check_trap(calling(&PROCESS, "(call $2 (i32.const 1))"), "ends its own process with an error");
}

#[test]
fn refused_where_the_document_does_not_say_so() {
    let says = "imports `wasi:clocks/monotonic-clock@0.2.3`, and a plugin gets WASI only where its document says so: write \
                `wasi: Deterministic` under `spec`";
    check_refused(CLOCKS.interfaces, Wasi::None, says);
}
#[test]
fn refused_outside_of_the_subset() {
    for interface in ["wasi:sockets/network@0.2.0", "wasi:http/types@0.2.0", "wasi:clocks/wall-clock@0.3.0"] {
        let import = format!("(import \"{interface}\" (instance))");
        let says = format!("imports `{interface}`, and a plugin may import nothing but");
        check_refused(&import, Wasi::Deterministic, &says);
        check_refused(&import, Wasi::Deterministic, "not even `wasi: Deterministic` has this interface");
    }
}
/// A function of the subset under its name and of another kind.
#[test]
fn refused_where_it_is_of_another_kind() {
    let import = r#"(import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result string)))))"#;
    let bytes = guest().with("imports", import).bytes();
    let host = Host::new(false).unwrap();
    let inspected = host.inspect_with(&bytes, Wasi::Deterministic).unwrap();
    let told = host.compile(&inspected, Limits::default()).unwrap_err().to_string();
    assert!(told.contains("cannot be used"), "{told}");
}
