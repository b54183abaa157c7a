//! A hub's history, told by the bytes: whatever happens, the index answers as a fresh one and as the oracle does.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use testkit::{
    generate::{self, Change},
    laws,
    scheduler_core::Fact,
};

/// Each change is checked from all sides, which costs more than a larger hub to start from.
const CHANGES_MAX: usize = 12;
/// Facts to start from.
const FACTS_MAX: usize = 96;

/// The first byte chooses the profile; each four after it are one change: what happens, and a seed of its details. So
/// a change more or less, or another order, is a small step for the fuzzer. What comes before anything else happens is
/// the hub to start from.
pub fn pass(bytes: &[u8]) {
    let Some((profile, changes)) = bytes.split_first() else { return };
    let profile = if profile % 2 == 0 { "upstream" } else { "default" };
    let mut changes = changes.chunks_exact(4).map(change).take(FACTS_MAX + CHANGES_MAX).peekable();
    let mut facts = Vec::new();
    while let Some(Change::Apply(fact)) = changes.next_if(|change| matches!(change, Change::Apply(_))) {
        facts.push(fact);
    }
    let history: Vec<Change> = changes.take(CHANGES_MAX).collect();
    let broken = laws::incremental_is_from_scratch(&facts, &history, profile);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn change(bytes: &[u8]) -> Change {
    let (what, seed) = (bytes[0], [bytes[1], bytes[2], bytes[3]]);
    match what % 16 {
        kind @ 0..12 => Change::Apply(fact(kind, seed)),
        12 | 13 => Change::Remove(fact(seed[0] % 12, seed).key()),
        14 => Change::Pass(u32::from(seed[0])),
        _ => Change::Look,
    }
}

fn fact(kind: u8, seed: [u8; 3]) -> Fact {
    match kind {
        0..4 => Fact::Cluster(drawn(&generate::cluster(), seed)),
        4 => Fact::Set(drawn(&generate::set(), seed)),
        5 => Fact::Binding(drawn(&generate::binding(), seed)),
        6 => Fact::Placement(Box::new(drawn(&generate::placement(), seed))),
        7 => Fact::Placement(Box::new(drawn(&generate::valid_placement(), seed))),
        8 | 9 => Fact::Slice(drawn(&generate::slice(), seed)),
        _ => Fact::Score(drawn(&generate::score(), seed)),
    }
}

#[expect(clippy::expect_used, reason = "these generators filter nothing out, so they never give up")]
fn drawn<S: Strategy>(strategy: &S, seed: [u8; 3]) -> S::Value {
    let mut long = [0; 32];
    long[..3].copy_from_slice(&seed);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &long);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    strategy.new_tree(&mut runner).expect("a generator gave up").current()
}
