//! The laws over generated hubs. `PLACEWRIGHT_LAW_CASES` sets how many cases a law gets; 256 without it.

use proptest::prelude::*;
use proptest::test_runner::Config;
use testkit::generate::{self, NOW};
use testkit::laws;

fn cases() -> Config {
    let cases = std::env::var("PLACEWRIGHT_LAW_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256);
    Config { cases, max_shrink_iters: 4096, failure_persistence: None, ..Config::default() }
}

fn profile() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["upstream", "default"][..])
}

macro_rules! holds {
    ($broken:expr) => {{
        let broken: Vec<String> = $broken;
        prop_assert!(broken.is_empty(), "{}", broken.join("\n"));
    }};
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn law_1_order_of_arrival_is_nothing(facts in generate::facts(), seed: u64, profile in profile()) {
        holds!(laws::order_of_arrival_is_nothing(&facts, seed, profile, NOW));
    }

    #[test]
    fn law_2_a_step_commits_as_it_goes(facts in generate::facts(), profile in profile()) {
        holds!(laws::a_step_commits_as_it_goes(&facts, profile, NOW));
    }

    #[test]
    fn law_2_nothing_moves_before_it_is_due(
        facts in generate::facts(),
        seconds in 1..10_000u32,
        profile in profile(),
    ) {
        holds!(laws::nothing_moves_before_it_is_due(&facts, seconds, profile));
    }

    #[test]
    fn law_3_upstream_is_the_oracle(facts in generate::facts()) {
        holds!(laws::engine_is_the_oracle(&facts, "upstream", NOW));
    }

    #[test]
    fn law_3_default_is_the_oracle(facts in generate::facts()) {
        holds!(laws::engine_is_the_oracle(&facts, "default", NOW));
    }

    #[test]
    fn law_3_default_is_upstream_where_the_spec_is_valid(facts in generate::valid_facts()) {
        holds!(laws::default_is_upstream_where_valid(&facts, NOW));
    }

    #[test]
    fn law_4_never_worse(facts in generate::facts()) {
        holds!(laws::never_worse(&facts, NOW));
    }

    #[test]
    fn law_4_held_slices_stay(facts in generate::facts(), profile in profile()) {
        holds!(laws::held_slices_stay(&facts, profile, NOW));
    }

    #[test]
    fn law_5_the_reason_alone_rejects(facts in generate::facts(), profile in profile()) {
        holds!(laws::the_reason_alone_rejects(&facts, profile, NOW));
    }

    #[test]
    fn law_5_unread_values_move_nothing(facts in generate::facts(), seed: u64, profile in profile()) {
        holds!(laws::unread_values_move_nothing(&facts, seed, profile, NOW));
    }

    #[test]
    fn law_6_writing_twice_writes_nothing(facts in generate::facts(), profile in profile()) {
        holds!(laws::writing_twice_writes_nothing(&facts, profile, NOW));
    }

    #[test]
    fn a_toleration_more_never_shrinks_the_feasible(
        facts in generate::valid_facts(),
        more in generate::toleration(),
        at in 0..5usize,
    ) {
        holds!(laws::a_toleration_more_never_shrinks(&facts, &more, at, NOW));
    }

    #[test]
    fn a_later_predicate_never_shrinks_the_feasible(
        facts in generate::valid_facts(),
        more in generate::predicate(),
        at in 0..5usize,
    ) {
        holds!(laws::a_later_predicate_never_shrinks(&facts, &more, at, NOW));
    }
}

proptest! {
    // A history is shortened by the law itself, and one counts for many hubs.
    #![proptest_config(Config { cases: cases().cases.div_ceil(2), max_shrink_iters: 0, ..cases() })]

    #[test]
    fn law_2_incremental_is_from_scratch(history in generate::history(), profile in profile()) {
        holds!(laws::incremental_is_from_scratch_or_why(&history, profile));
    }
}
