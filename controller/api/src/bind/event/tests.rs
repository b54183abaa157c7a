//! Where notes end.

use scheduler_core::Symbol;

use super::*;

fn items(names: &[&str]) -> Entries {
    names.iter().map(|name| (Symbol::from(*name), 1)).collect()
}

#[test]
fn a_list_that_just_fits() {
    let name = "n".repeat(497); // 497 + ":1 " are 500.
    assert_eq!(scores(&items(&[&name, &name])), format!("{name}:1 {name}:1 "));
}

#[test]
fn what_does_not_fit_is_dots() {
    let name = "n".repeat(497);
    assert_eq!(scores(&items(&[&name, &name, ""])), format!("{name}:1 {name}:1 ......"));
    let long = "n".repeat(498);
    assert_eq!(scores(&items(&[&name, &long, "a"])), format!("{name}:1 ......"), "nothing behind it is tried");
}

#[test]
fn a_note_is_cut_between_characters() {
    let events = Events { place: "é".repeat(600), warning: None, scores: None };
    let note = &events.created("s")[0].note;
    assert!(note.len() == 1023 || note.len() == 1024, "{}", note.len());
    assert!(note.starts_with("Decision s is created éé") && note.ends_with('é'));
}
