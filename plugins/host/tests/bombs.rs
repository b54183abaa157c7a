//! Components that are small as files and more than a compiler could cope with: each is refused for what was counted in
//! it, before anything is compiled.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use std::fmt::Write as _;

use made::guest;
use plugin_host::{Host, Limits};

#[track_caller]
fn check(bytes: &[u8], says: &str) {
    let told = Host::new(false).unwrap().inspect(bytes).unwrap_err().to_string();
    assert!(told.contains(says), "{told}");
    assert!(told.starts_with("has more than "), "{told}");
}

/// A guest with more in its core module.
#[track_caller]
fn check_more(more: &str, says: &str) {
    check(&guest().with("more", more).bytes(), says);
}

/// As many texts as there are numbers below this one.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// A function with so many locals.
fn function(locals: usize, body: &str) -> String {
    format!("(func (local {}) {body})", "i32 ".repeat(locals))
}

/// A component of one section.
fn wrapped(section: u8, bytes: &[u8]) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0", &self::section(section, bytes)[..]].concat()
}

fn section(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number], &leb(bytes.len())[..], bytes].concat()
}

/// A number as WebAssembly writes it.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

// What one function makes the compiler do.
#[test]
fn loops_around_many_locals() {
    let sum = each(1000, |local| format!("local.get {local} i32.const 1 i32.add local.set {local} "));
    let body = "loop ".repeat(1000) + &sum + &"local.get 0 br_if 0 end ".repeat(1000);
    check_more(&function(1000, &body), "4000000 values to carry over the branches of one function");
}
#[test]
fn a_branch_to_everywhere_with_many_locals() {
    let body = format!("loop loop local.get 0 br_table {} end end", "0 1 ".repeat(50_000));
    check_more(&function(100, &body), "values to carry over the branches of one function");
}
#[test]
fn branches_over_many_operands() {
    let body = "i32.const 7 ".repeat(100_000) + &"block br 0 end ".repeat(100) + &"drop ".repeat(100_000);
    check_more(&function(1, &body), "values to carry over the branches of one function");
}
/// Without a value to carry: the compiler compares loops with each other.
#[test]
fn loops_behind_each_other() {
    let body = "loop local.get 0 br_if 0 end ".repeat(10_000);
    check_more(&function(1, &body), "values to carry over the branches of one function");
}
#[test]
fn calls_behind_each_other() {
    let body = "local.get 0 call_indirect (type $nothing) ".repeat(100_000);
    let more = format!("(type $nothing (func)) (table 1 funcref) {}", function(1, &body));
    check_more(&more, "values to carry over the branches of one function");
}
#[test]
fn large_functions_in_number() {
    let body = "local.get 0 br_if 0 ".repeat(10_000);
    check_more(&function(100, &body).repeat(50), "64000000 values to carry over the branches of its functions");
}
/// Each says in three bytes how many it has.
#[test]
fn locals_in_every_function() {
    let count = 1_500;
    let body = [&[1][..], &leb(50_000), &[0x7f, 0x0b]].concat();
    let bodies = [leb(body.len()), body].concat().repeat(count);
    let functions = section(3, &[leb(count), vec![0; count]].concat());
    let module = [b"\0asm\x01\0\0\0", &section(1, &[1, 0x60, 0, 0])[..], &functions].concat();
    let module = [module, section(10, &[leb(count), bodies].concat())].concat();
    check(&wrapped(1, &module), "64000000 values to carry over the branches of its functions");
}
#[test]
fn an_endless_function() {
    check_more(&function(1, &"local.get 0 drop ".repeat(400_000)), "1048576 bytes in one function");
}
#[test]
fn a_thousand_results() {
    let more = format!("(func (result {}) unreachable)", "i32 ".repeat(1000));
    check_more(&more, "16 results of one function");
}
#[test]
fn a_thousand_parameters() {
    check_more(&format!("(func (param {}))", "i32 ".repeat(1000)), "128 parameters of one function");
}

// What modules make it do.
#[test]
fn functions_without_number() {
    check_more(&"(func)".repeat(200_000), "150000 functions");
}
#[test]
fn globals_without_number() {
    let globals = "(global i32 (i32.const 0))".repeat(600_000);
    let component = format!("(component (core module {globals}) (core module {globals}))");
    check(&wat::parse_str(component).unwrap(), "1000000 entries in the sections of its core modules");
}
#[test]
fn modules_without_number() {
    let component = format!("(component {})", "(core module)".repeat(300));
    check(&wat::parse_str(component).unwrap(), "200 core modules");
}
/// A few bytes far from each other in each.
#[test]
fn images_of_memories() {
    let memories = each(150, |at| {
        format!("(memory 300) (data (memory {at}) (i32.const 0) \"a\") (data (memory {at}) (i32.const 16000000) \"b\")")
    });
    let component = format!("(component (core module {memories}))");
    check(&wat::parse_str(component).unwrap(), "100 memories");
}
#[test]
fn images_of_tables() {
    check_more(&"(table 1000000 funcref)".repeat(2), "1048576 elements in its tables");
}

// What parts of parts make it do.
/// Thirty parts, each made twice by the next: a thousand million instances.
#[test]
fn parts_made_twice_by_each_other() {
    let mut text = "(component (component $c0)".to_owned();
    for i in 1..30 {
        let part = i - 1;
        text += &format!(
            "(component $c{i} (alias outer 1 $c{part} (component $p)) (instance (instantiate $p)) (instance (instantiate $p)))"
        );
    }
    text += "(instance (instantiate $c29)))";
    check(&wat::parse_str(text).unwrap(), "more than 1000000 pieces that it is put together of");
}

/// The same, with parts that are handed over and made where they arrive.
#[test]
fn parts_made_twice_where_they_are_handed_over() {
    let mut text = "(component (component $twice (import \"part\" (component $p)) (instance (instantiate $p)) (instance (instantiate $p)))
        (component $c0)"
        .to_owned();
    for i in 1..30 {
        let part = i - 1;
        text += &format!(
            "(component $c{i} (alias outer 1 $twice (component $t)) (alias outer 1 $c{part} (component $p))
               (instance (instantiate $t (with \"part\" (component $p)))))"
        );
    }
    text += "(instance (instantiate $c29)))";
    check(&wat::parse_str(text).unwrap(), "more than 1000000 pieces that it is put together of");
}

#[test]
fn parts_in_parts() {
    let mut component = wrapped(4, b"\0asm\x0d\0\x01\0");
    for _ in 0..5_000 {
        component = wrapped(4, &component);
    }
    check(&component, "100 parts in each other");
}
/// Read by recursion, which would be the end of the process.
#[test]
fn types_in_types() {
    let depth = 1_000_000;
    let section = [&[1][..], &[0x41, 1, 1].repeat(depth), &[0x41, 0]].concat();
    check(&wrapped(7, &section), "100 types of instances or components in others");
    let section = [&[1][..], &[0x42, 1, 1].repeat(depth), &[0x42, 0]].concat();
    check(&wrapped(7, &section), "100 types of instances or components in others");
}
#[test]
fn types_without_number() {
    let component = format!("(component {})", "(type (tuple u8 u8))".repeat(400_000));
    check(&wat::parse_str(component).unwrap(), "1048576 bytes outside of its core modules");
}
/// Each time a part is made, whatever it is given is compared with what it wants.
#[test]
fn types_to_compare() {
    let functions = each(10_000, |at| format!("(export \"f{at}\" (func))"));
    let mut component = format!("(component (import \"a\" (instance $a {functions})) (component $part");
    write!(component, "(import \"b\" (instance {functions})))").unwrap();
    component += &"(instance (instantiate $part (with \"b\" (instance $a))))".repeat(400);
    check(&wat::parse_str(component + ")").unwrap(), "33554432 bytes of types to compare");
}
/// Calls from part to part, for each of which a function is written.
#[test]
fn calls_between_parts() {
    let mut component = "(component (component $one (core module $m (func (export \"f\")))
        (core instance $m (instantiate $m)) (func (export \"f\") (canon lift (core func $m \"f\"))))
        (instance $one (instantiate $one)) (component $other (import \"f\" (func $f))"
        .to_owned();
    component += &"(core func (canon lower (func $f)))".repeat(20_000);
    component += ") (instance (instantiate $other (with \"f\" (func $one \"f\")))))";
    check(&wat::parse_str(component).unwrap(), "1000000 pieces that it is put together of");
}

/// Large functions as interpreters have them are none.
#[test]
fn a_large_guest_is_no_bomb() {
    let body = "loop ".repeat(20) + &"local.get 0 br_if 1 ".repeat(500) + &"end ".repeat(20);
    let bytes = guest().with("more", &function(100, &body).repeat(20)).bytes();
    let host = Host::new(false).unwrap();
    assert!(host.compile(&host.inspect(&bytes).unwrap(), Limits::default()).is_ok());
}
