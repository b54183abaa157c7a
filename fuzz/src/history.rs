//! A hub's history, told by the bytes: whatever happens, the index answers as one made of the facts that are left.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use testkit::{
    generate::{self, Change},
    laws,
    scheduler_core::Fact,
};

/// Facts to start from and changes of them.
const CHANGES_MAX: usize = 300;

/// The first byte chooses the profile; each four after it are one change: what happens, and a seed of its details. So
/// a change more or less, or another order, is a small step for the fuzzer.
pub fn history(bytes: &[u8]) {
    let Some((first, changes)) = bytes.split_first() else { return };
    let changes: Vec<Change> = changes.chunks_exact(4).map(change).take(CHANGES_MAX).collect();
    let broken = laws::incremental_is_from_scratch(&changes, profile(*first));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

pub(crate) fn profile(byte: u8) -> &'static str {
    if byte.is_multiple_of(2) { "upstream" } else { "default" }
}

pub(crate) fn change(bytes: &[u8]) -> Change {
    let (what, seed) = (bytes[0], [bytes[1], bytes[2], bytes[3]]);
    match what % 32 {
        kind @ 0..12 => Change::Apply(fact(kind, seed)),
        12 | 13 => Change::Remove(fact(seed[0] % 12, seed).key()),
        14 => Change::Pass(u32::from(seed[0])),
        15..=17 => Change::Look,
        18..=23 => Change::Graft(fact(seed[1] % 4, seed), seed[0]),
        24 | 25 => Change::Graft(fact(6 + seed[1] % 6, seed), seed[0]),
        26 => Change::Step(usize::from(seed[0] % 4)),
        27 | 28 => Change::Step(usize::MAX),
        29 => Change::Due(i8::try_from(seed[0] % 3).unwrap_or(0) - 1),
        30 => Change::Profile(profile(seed[0])),
        _ if seed[0].is_multiple_of(2) => Change::Fork,
        _ => Change::Wake(fact(6, seed).key()),
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
