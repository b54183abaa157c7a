//! Plans that no batch can be made for.

use plugin_host::{Call, Reason};

use crate::check;
use crate::made::guest;

#[test]
fn a_plan_for_numbers_of_labels() {
    let made = guest().with("more", r#"(data (i32.const 0x1b4) "\00")"#);
    check(
        made,
        Call::Init,
        Reason::Settings,
        "input 1: `label region` can only be texts, and the plan asks for numbers",
    );
}
#[test]
fn a_plan_for_texts_of_numbers() {
    let made = guest().with("more", r#"(data (i32.const 0x194) "\01")"#);
    check(
        made,
        Call::Init,
        Reason::Settings,
        "input 0: `allocatable cpu` can only be numbers, and the plan asks for texts",
    );
}
#[test]
fn a_plan_with_an_empty_key() {
    let made = guest().with("more", r#"(data (i32.const 0x1a8) "\00")"#);
    check(made, Call::Init, Reason::Settings, "input 1: a key has 1 to 512 bytes");
}
#[test]
fn a_plan_for_everything() {
    let made = guest().with("more", r#"(data (i32.const 0x1c4) "\00\10\00\00\01\01\00\00")"#);
    check(made, Call::Init, Reason::Settings, "asks for 257 inputs and may ask for 256");
}
