//! Guests that trap, and what is said of where.

use plugin_host::{Call, Reason};

use crate::made::guest;
use crate::{check, check_within, plenty};

#[test]
fn traps_in_every_call() {
    let trapped = "trapped: wasm `unreachable` instruction executed";
    check(guest().with("more", "(func $begin unreachable) (start $begin)"), Call::Start, Reason::Trap, trapped);
    check(guest().with("describe", "unreachable"), Call::Describe, Reason::Trap, trapped);
    check(guest().with("init", "unreachable"), Call::Init, Reason::Trap, trapped);
    check(guest().with("filter", "unreachable"), Call::Filter, Reason::Trap, trapped);
    check(guest().with("score", "unreachable"), Call::Score, Reason::Trap, trapped);
    check(guest().with("after", "unreachable"), Call::Describe, Reason::Trap, trapped);
    check(guest().with("alloc", "unreachable"), Call::Init, Reason::Trap, trapped);
}
#[test]
fn deep_recursion() {
    let made = guest()
        .with("more", "(func $deeper (param i64) (result i64) (i64.add (local.get 0) (call $deeper (local.get 0))))");
    let score = "(drop (call $deeper (i64.const 1))) (i32.const 0x240)";
    check_within(
        made.with("score", score),
        plenty(),
        Call::Score,
        Reason::Trap,
        "trapped: call stack exhausted (in deeper < deeper",
    );
}
#[test]
fn dividing_by_zero() {
    let score = "(i32.div_u (local.get $rows) (i32.const 0))";
    check(guest().with("score", score), Call::Score, Reason::Trap, "integer divide by zero");
}
#[test]
fn out_of_its_memory() {
    let score = "(i32.load (i32.const -4))";
    check(guest().with("score", score), Call::Score, Reason::Trap, "out of bounds memory access");
}
#[test]
fn names_of_functions_are_readable() {
    let rust = "(func $_ZN6carbon4rank17h0123456789abcdefE unreachable)";
    let made = guest().with("more", rust).with("score", "(call $_ZN6carbon4rank17h0123456789abcdefE) (i32.const 0)");
    check(made, Call::Score, Reason::Trap, "(in carbon::rank < score)");
}
#[test]
fn names_of_functions_are_bounded() {
    let long = "x".repeat(10_000);
    let made = guest().with("more", &format!("(func ${long} unreachable)"));
    let made = made.with("score", &format!("(call ${long}) (i32.const 0)"));
    check(made, Call::Score, Reason::Trap, "x… < score)");
}
