//! What the generators reach: laws over hubs where nothing happens prove nothing.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use scheduler_core::{Fate, Outcome, Reason, Warning};
use testkit::{engine, generate};

/// So many hubs are looked at, always the same ones.
const HUBS: usize = 1000;

#[test]
fn hubs_reach_every_end() -> Result<()> {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..HUBS {
        let facts = generate::facts().new_tree(&mut runner).map_err(|e| anyhow::anyhow!("{e}"))?.current();
        let answered = engine::schedule(&facts, "default", &generate::key(), generate::NOW);
        let mut saw = |what| *seen.entry(what).or_default() += 1;
        match &answered.decision.outcome {
            Outcome::Placed { selected: 0, .. } => saw("placed nobody"),
            Outcome::Placed { groups, shortfall, .. } => {
                saw("placed");
                if groups.len() > 1 {
                    saw("several groups");
                }
                if shortfall.is_some() {
                    saw("shortfall");
                }
            }
            Outcome::Held(_) => saw("held"),
            Outcome::Untouched => saw("untouched"),
        }
        if answered.decision.requeue_at.is_some() {
            saw("requeue");
        }
        for warning in &answered.decision.warnings {
            saw(match warning {
                Warning::ExpiredScores { .. } => "expired",
                Warning::UnscoredAbove { .. } => "unscored above",
                _ => "other warning",
            });
        }
        let fates: Vec<&Fate> = answered.fates.values().collect();
        let any = |is: fn(&Fate) -> bool| fates.iter().any(|fate| is(fate));
        if any(|f| matches!(f, Fate::Rejected { reason: Reason::Predicate(_), .. })) {
            saw("predicate");
        }
        if any(|f| matches!(f, Fate::Rejected { reason: Reason::Taint { .. }, .. })) {
            saw("taint");
        }
        if any(|f| matches!(f, Fate::Rejected { reason: Reason::Taint { ended: Some(_), .. }, .. })) {
            saw("toleration ended");
        }
        if any(|f| matches!(f, Fate::Ranked { selected: false, .. })) {
            saw("outranked");
        }
        if any(|f| matches!(f, Fate::Kept { .. })) {
            saw("kept");
        }
    }
    let ends = [
        ("placed", 200),
        ("placed nobody", 100),
        ("several groups", 40),
        ("shortfall", 40),
        ("held", 60),
        ("untouched", 20),
        ("requeue", 8),
        ("expired", 10),
        ("unscored above", 10),
        ("predicate", 60),
        ("taint", 100),
        ("toleration ended", 8),
        ("outranked", 60),
        ("kept", 40),
    ];
    for (end, least) in ends {
        let got = seen.get(end).copied().unwrap_or(0);
        ensure!(got >= least, "`{end}` in {got} of {HUBS} hubs, at least {least} are wanted: {seen:?}");
    }
    Ok(())
}
