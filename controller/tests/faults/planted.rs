//! Mistakes planted in the controller: the seeds that find none in it find each of these.

use controller::hub::planted::{Planted, plant};
use hub::double::Chance;

use crate::runs::CASES;
use crate::schedule::Schedule;

/// So many seeds must do.
const SEEDS: u64 = 1000;

#[track_caller]
fn assert_found(mistake: Planted) {
    let is_found = |seed: &u64| {
        let case = Chance::new(!seed).pick(&CASES);
        let schedule = Schedule::sampled(*seed, case.calm().writes);
        plant(Some(mistake));
        let wrong = case.judged(&schedule, "");
        plant(None);
        wrong.inspect(|wrong| println!("{wrong}")).is_some()
    };
    assert!((0..SEEDS).any(|seed| is_found(&seed)), "no seed below {SEEDS} finds {mistake:?}");
}

#[test]
fn a_precondition_left_out() {
    assert_found(Planted::NoPrecondition);
}

#[test]
fn shrinking_before_growing() {
    assert_found(Planted::ShrinksFirst);
}

#[test]
fn a_relist_taken_half() {
    assert_found(Planted::HalfList);
}

#[test]
fn write_errors_thrown_away() {
    assert_found(Planted::ErrorsIgnored);
}

#[test]
fn plans_carried_out_though_a_rival_changed_a_slice() {
    assert_found(Planted::PlansKept);
}

#[test]
fn tombstones_ignored() {
    assert_found(Planted::TombstonesIgnored);
}
