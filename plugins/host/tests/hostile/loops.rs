//! Guests that do not end.

use plugin_host::{Call, Reason};

use crate::made::guest;
use crate::{LOOP, check, check_backstop};

#[test]
fn endless_start() {
    let more = format!("(func $begin {LOOP}) (start $begin)");
    check(
        guest().with("more", &more),
        Call::Start,
        Reason::Fuel,
        "`start` used up its 100000 units of fuel (in begin)",
    );
}
#[test]
fn endless_describe() {
    check(
        guest().with("describe", LOOP),
        Call::Describe,
        Reason::Fuel,
        "used up its 100000 units of fuel (in describe)",
    );
}
#[test]
fn endless_init() {
    check(guest().with("init", LOOP), Call::Init, Reason::Fuel, "(in init)");
}
#[test]
fn endless_filter() {
    check(guest().with("filter", LOOP), Call::Filter, Reason::Fuel, "used up its 100030 units of fuel (in filter)");
}
#[test]
fn endless_score() {
    check(guest().with("score", LOOP), Call::Score, Reason::Fuel, "used up its 100030 units of fuel (in score)");
}
#[test]
fn endless_clean_up() {
    check(guest().with("after", LOOP), Call::Describe, Reason::Fuel, "used up");
}
#[test]
fn endless_allocation() {
    check(guest().with("alloc", LOOP), Call::Init, Reason::Fuel, "used up");
}
#[test]
fn endless_calls_of_the_log() {
    let score = "(loop $ever (call $log (i32.const 0) (i32.const 0x400) (i32.const 0x1000)) (br $ever)) unreachable";
    check(guest().with("score", score), Call::Score, Reason::Fuel, "(in score)");
}
#[test]
fn endless_start_but_for_the_clock() {
    check_backstop(guest().with("more", &format!("(func $begin {LOOP}) (start $begin)")), Call::Start);
}
#[test]
fn endless_describe_but_for_the_clock() {
    check_backstop(guest().with("describe", LOOP), Call::Describe);
}
#[test]
fn endless_init_but_for_the_clock() {
    check_backstop(guest().with("init", LOOP), Call::Init);
}
#[test]
fn endless_filter_but_for_the_clock() {
    check_backstop(guest().with("filter", LOOP), Call::Filter);
}
#[test]
fn endless_score_but_for_the_clock() {
    check_backstop(guest().with("score", LOOP), Call::Score);
}
/// Filling memory costs next to no fuel.
#[test]
fn cheap_in_fuel_and_dear_in_time() {
    let score = "(drop (memory.grow (i32.const 900)))
        (loop $ever (memory.fill (i32.const 0x10000) (i32.const 1) (i32.const 0x3800000)) (br $ever)) unreachable";
    check_backstop(guest().with("score", score), Call::Score);
}
