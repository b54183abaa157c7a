//! The order as a table: `1:+b` is slice 1 extended to `b` and more, `1-` trimmed, `t(a)` a temporary slice with `a`.

use scheduler_core::{Entries, Symbol};

use super::super::tests::world::{recorded, slice};
use super::*;

/// Slices as `a b|c d`: clusters by slice. `wanted` are slices 1, 2, …; of `before` those behind the wanted ones go.
#[track_caller]
fn check(before: &str, wanted: &str, want: &str) {
    let lists = |text: &str| -> Vec<Vec<String>> {
        text.split('|').map(|list| list.split_whitespace().map(str::to_owned).collect()).collect()
    };
    check_lists(&lists(before), &lists(wanted), want);
}

fn check_lists(before: &[Vec<String>], wanted: &[Vec<String>], want: &str) {
    let name = |i: usize| format!("p1-decision-{}", i + 1);
    let recorded = recorded(before.iter().enumerate().map(|(i, clusters)| slice(&name(i), clusters)));
    let entry = |c: &String| (c.as_str().into(), 0);
    let entries: Vec<Entries> = wanted.iter().map(|list| list.iter().map(entry).collect()).collect();
    let no_name = Symbol::default();
    let wanted = |(i, entries): (usize, &'_ Entries)| (name(i), i, entries.len());
    let numbered: Vec<_> = entries.iter().enumerate().map(wanted).collect();
    let slices: Vec<Wanted<'_>> = numbered
        .into_iter()
        .map(|(name, group, _)| Wanted { name, group, group_name: &no_name, entries: entries[group].all() })
        .collect();
    let show = |step: &Step<'_>| match step {
        Step::Whole(i) => format!("{}", i + 1),
        Step::Trimmed(i) => format!("{}-", i + 1),
        Step::Extended(i, clusters) => format!("{}:{}", i + 1, clusters.join("")),
        Step::Temporary(i, clusters) => format!("t{}({})", i + 1, clusters.join("")),
    };
    let got: Vec<String> = order(&slices, &recorded).iter().map(show).collect();
    assert_eq!(got.join(" "), want);
}

#[test]
fn nothing_changes() {
    check("a b|c", "a b|c", "1 2");
}

#[test]
fn new_and_gone_clusters_wait_for_nobody() {
    check("a b|c", "a x|y", "1 2");
}

#[test]
fn gaining_slices_come_before_losing_ones() {
    check("a b|c", "a|c d", "2 1");
}

#[test]
fn a_shift_to_the_right_goes_from_the_right() {
    check("b c|d e|f", "a b|c d|e f", "3 2 1");
}

#[test]
fn a_shift_to_the_left_goes_from_the_left() {
    check("a b|c d|e", "b c|d e|", "1 2 3");
}

#[test]
fn a_cluster_held_twice_may_go_once() {
    check("a b|b c|d", "a|c|b d", "3 1 2");
}

/// Both 1 and 2 hold `a`; the first that lets go makes the other one wait.
#[test]
fn the_last_holder_waits() {
    check("a x|a|b", "b|y|a", "1 3 2");
}

#[test]
fn a_swap_is_extended_and_trimmed() {
    check("a|b", "b|a", "1:ab 2 1-");
}

#[test]
fn a_ring_needs_one_extension() {
    check("a|b|c", "b|c|a", "1:ab 2 3 1-");
}

#[test]
fn two_swaps_need_two() {
    check("a|b|c|d", "b|a|d|c", "1:ab 2 1- 3:cd 4 3-");
}

#[test]
fn an_extension_holds_only_what_nobody_else_does() {
    check("a b c|d b", "d|a c", "1:acd 2 1-");
}

#[test]
fn a_slice_that_goes_holds_until_the_end() {
    check("a|b|a b", "b|a", "1 2");
}

#[test]
fn the_slice_off_the_cycle_is_not_extended() {
    check("a|b|c", "|a c|b", "2:abc 3 1 2-");
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|i| format!("c{i:03}")).collect()
}

/// Two full slices exchange a cluster each: no room for both, so one waits elsewhere.
#[test]
fn a_full_cycle_takes_a_temporary_slice() {
    let (first, second) = (names(0..100), names(100..200));
    let mut wanted = [first.clone(), second.clone()];
    wanted[0][99] = "c150".to_owned();
    wanted[1][50] = "c099".to_owned();
    check_lists(&[first, second], &wanted, "t2(c099) 1 2");
}

/// Of two slices in a cycle the one with room is extended.
#[test]
fn room_is_preferred() {
    let first = names(0..100);
    let mut wanted = [first.clone(), vec!["c099".to_owned()]];
    wanted[0][99] = "c150".to_owned();
    check_lists(&[first, vec!["c150".to_owned()]], &wanted, "2:c099c150 1 2-");
}
