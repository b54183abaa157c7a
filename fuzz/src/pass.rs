//! A hub told by the bytes: the engine answers as the oracle does.

use testkit::{
    generate::{self, Change},
    laws,
};

use crate::history::{change, profile};

/// More facts make a slower hub, not a stranger one.
const FACTS_MAX: usize = 128;

/// The bytes are those of a history of which only the facts count.
pub fn pass(bytes: &[u8]) {
    let Some((first, changes)) = bytes.split_first() else { return };
    let facts = changes.chunks_exact(4).map(change).filter_map(|change| match change {
        Change::Apply(fact) | Change::Graft(fact, _) => Some(fact),
        _ => None,
    });
    let facts: Vec<_> = facts.take(FACTS_MAX).collect();
    let broken = laws::engine_is_the_oracle(&facts, profile(*first), generate::NOW);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
