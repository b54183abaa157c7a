//! Guests that want more room than they may have.

use plugin_host::{Call, Limits, Reason, Settings};

use crate::made::guest;
use crate::{ask, check, check_within, compiled, limits, plenty};

#[test]
fn growing_memory() {
    let score = "(drop (memory.grow (i32.const 2000))) (i32.const 0x240)";
    check(guest().with("score", score), Call::Score, Reason::Memory, "and may have 67108864 (in score)");
}
#[test]
fn growing_memory_bit_by_bit() {
    let init = "(loop $ever (drop (memory.grow (i32.const 1))) (br $ever)) unreachable";
    check(
        guest().with("init", init),
        Call::Init,
        Reason::Memory,
        "wants 67174400 bytes of memory and may have 67108864",
    );
}
#[test]
fn large_from_the_start() {
    check(guest().with("more", "(memory 2000)"), Call::Start, Reason::Memory, "may have 67108864");
}
#[test]
fn many_memories() {
    check(
        guest().with("more", "(memory 1) (memory 1) (memory 1) (memory 1)"),
        Call::Start,
        Reason::Memory,
        "has no room",
    );
}
#[test]
fn a_large_table() {
    let made = guest().with("more", "(table 1000000 funcref)");
    check_within(
        made,
        Limits { memory_bytes: 1 << 20, ..limits() },
        Call::Start,
        Reason::Memory,
        "wants 8131072 bytes of memory and may have 1048576",
    );
}
#[test]
fn a_growing_table() {
    let made = guest().with("more", "(table $t 1 funcref)");
    let filter = "(loop $ever (drop (table.grow $t (ref.null func) (i32.const 100000))) (br $ever)) unreachable";
    check_within(made.with("filter", filter), plenty(), Call::Filter, Reason::Memory, "may have 67108864 (in filter)");
}
#[test]
fn many_instances() {
    let many = "(core instance (instantiate $none))".repeat(80);
    check(guest().with("imports", &format!("(core module $none) {many}")), Call::Start, Reason::Memory, "has no room");
}
#[test]
fn memory_within_its_own_bound() {
    // What does not grow because of its own maximum is told so and goes on.
    let made = guest().with("more", "(memory $own 1 2)");
    let score = "(if (i32.ne (memory.grow $own (i32.const 5000)) (i32.const -1)) (then unreachable))
        (i32.store (i32.const 0x244) (i32.const 0x1000)) (i32.store (i32.const 0x248) (local.get $rows)) (i32.const 0x240)";
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    assert_eq!(ask(&compiled(made.with("score", score), limits()), &plan).0, None);
}
