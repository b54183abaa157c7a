//! Guests whose answers are none, or that say themselves that they fail.

use plugin_host::{Call, Reason};

use crate::check;
use crate::made::{Made, guest};

/// A score function that answers with this list.
fn scores(at: u32, length: &str) -> Made {
    guest().with(
        "score",
        &format!(
            "(i32.store (i32.const 0x244) (i32.const {at})) (i32.store (i32.const 0x248) {length}) (i32.const 0x240)"
        ),
    )
}
#[test]
fn too_few_scores() {
    check(scores(0x1000, "(i32.const 2)"), Call::Score, Reason::Result, "gives 2 scores for 3 rows");
}
#[test]
fn too_many_scores() {
    check(scores(0x1000, "(i32.const 4)"), Call::Score, Reason::Result, "gives 4 scores for 3 rows");
}
#[test]
fn far_too_many_scores() {
    let made = scores(0x10000, "(i32.const 0x700000)")
        .with("more", r#"(func $begin (drop (memory.grow (i32.const 900)))) (start $begin)"#);
    check(made, Call::Score, Reason::Result, "too much data");
}
#[test]
fn scores_beyond_its_memory() {
    check(scores(0x1000, "(i32.const -1)"), Call::Score, Reason::Result, "out of bounds");
    check(scores(0xffff_fff8, "(local.get $rows)"), Call::Score, Reason::Result, "out of bounds");
    check(scores(0x1004, "(local.get $rows)"), Call::Score, Reason::Result, "not aligned");
    check(guest().with("score", "(i32.const -8)"), Call::Score, Reason::Result, "out of bounds");
}
#[test]
fn infinite_scores() {
    let infinite = r#"(data (i32.const 0x1000) "\00\00\00\00\00\00\f8\7f\00\00\00\00\00\00\f0\ff")"#;
    let made = scores(0x1000, "(local.get $rows)").with("more", infinite);
    check(made, Call::Score, Reason::Result, "the score of row 1 is infinite");
}

/// A filter that answers with this memory at 0x300: codes, reasons.
fn verdicts(memory: &str) -> Made {
    guest()
        .with("more", &format!("(data (i32.const 0x300) \"\\00\\00\\00\\00{memory}\")"))
        .with("filter", "(i32.const 0x300)")
}
#[test]
fn too_few_codes() {
    let made = verdicts(r"\00\10\00\00\02\00\00\00\00\00\00\00\00\00\00\00");
    check(made, Call::Filter, Reason::Result, "gives 2 codes for 3 rows");
}
#[test]
fn a_code_without_a_reason() {
    // The codes are the text `demo`.
    let made = verdicts(r"\00\01\00\00\03\00\00\00\20\02\00\00\01\00\00\00");
    check(made, Call::Filter, Reason::Result, "row 0 has code 100, and there are 1 reasons");
}
#[test]
fn too_many_reasons() {
    let made = verdicts(r"\00\10\00\00\03\00\00\00\00\10\00\00\00\01\00\00");
    check(made, Call::Filter, Reason::Result, "gives 256 reasons and may give 255");
}
/// Reasons that all are one and the same long text: small in the guest, endless in the host.
#[test]
fn reasons_that_share_their_text() {
    let filter = "(loop $each
          (i32.store (i32.add (i32.const 0x10000) (i32.mul (local.get $i) (i32.const 8))) (i32.const 0x1000))
          (i32.store (i32.add (i32.const 0x10004) (i32.mul (local.get $i) (i32.const 8))) (i32.const 0xf000))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $each (i32.lt_u (local.get $i) (i32.const 255))))
        (i32.const 0x300)";
    let memory = r#"(data (i32.const 0x300) "\00\00\00\00\00\10\00\00\03\00\00\00\00\00\01\00\ff\00\00\00")"#;
    let made = guest().with("more", memory).with("filter", filter);
    check(made, Call::Filter, Reason::Result, "too much data");
}
#[test]
fn a_reason_that_is_no_text() {
    let made = guest().with("more", r#"(data (i32.const 0x110) "\ff\fe")"#);
    check(made, Call::Filter, Reason::Result, "invalid utf-8");
}
#[test]
fn an_answer_of_no_kind() {
    let made = guest().with("more", r#"(data (i32.const 0x240) "\07")"#);
    check(made, Call::Score, Reason::Result, "gave an answer that cannot be read");
    let made = guest().with("more", r#"(data (i32.const 0x1cc) "\09")"#);
    check(made, Call::Init, Reason::Result, "gave an answer that cannot be read");
}
#[test]
fn an_allocation_nowhere() {
    check(guest().with("alloc", "(return (i32.const -16))"), Call::Init, Reason::Result, "beyond end of memory");
}
#[test]
fn a_schema_that_is_none() {
    // The name again, which is no JSON.
    let made = guest().with("more", r#"(data (i32.const 0x150) "\00\01\00\00\04\00\00\00")"#);
    check(made, Call::Describe, Reason::Result, "gives a settings schema that is not JSON");
}
#[test]
fn messages_that_are_none() {
    let made = guest().with("more", r#"(data (i32.const 0x300) "\ff")"#);
    let made = made.with("init", "(call $log (i32.const 0) (i32.const 0x300) (i32.const 1)) (i32.const 0x1c0)");
    check(made, Call::Init, Reason::Trap, "invalid utf-8");
    let at = |level: u32, at: u32, length: u32| {
        let init = format!("(call $log (i32.const {level}) (i32.const {at}) (i32.const {length})) (i32.const 0x1c0)");
        guest().with("init", &init)
    };
    check(at(4, 0x100, 1), Call::Init, Reason::Trap, "trapped");
    check(at(0, 0xffff_0000, 1), Call::Init, Reason::Trap, "out of bounds");
    check(at(0, 0, 0xffff_ffff), Call::Init, Reason::Trap, "out of bounds");
}
#[test]
fn a_message_without_end() {
    let init = "(drop (memory.grow (i32.const 900)))
        (call $log (i32.const 0) (i32.const 0x10000) (i32.const 0x3000000)) (i32.const 0x1c0)";
    check(guest().with("init", init), Call::Init, Reason::Trap, "too much data");
}

// What it says itself.
#[test]
fn failures_of_its_own() {
    let told = |kind| format!(r#"(data (i32.const 0x240) "\01\00\00\00\0{kind}\00\00\00\10\01\00\00\09\00\00\00")"#);
    let score = "(i32.const 0x240)";
    let made = guest().with("more", &told(1)).with("score", score);
    check(made, Call::Score, Reason::Failed, "`score` says that it failed: no region");
    let made = guest().with("more", &told(0)).with("score", score);
    check(made, Call::Score, Reason::Settings, "`score` refuses its settings: the whole document: no region");
}
