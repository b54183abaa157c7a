//! Kinds to facts: what users typed becomes what the engine can work with, parsed once.
//!
//! Nothing here decides: a wrong section of a Placement travels as an `Err` inside it and is reported by the stage that
//! needs it (PRED-1, TAINT-1, GRP-14). What a fact has to leave out is a [`Problem`]. O(size of the object).

mod any;
mod cluster;
mod placement;
mod problem;
mod score;
mod selector;
mod set;
mod slice;

pub use any::fact;
pub use cluster::cluster;
pub use placement::placement;
pub use problem::{Problem, Severity};
pub use score::score;
pub use set::{binding, set};
pub use slice::{PLACEMENT_LABEL, slice};

use std::{cell::RefCell, collections::BTreeMap, hash::BuildHasher as _};

use foldhash::fast::FixedState;
use kube_text::Time;
// What kinds become, for whoever depends on this package alone.
pub use scheduler_core::{AddOnScore, Cluster, Fact, Symbol};

/// The label by which a cluster is in an exclusive set (ELIG-7).
pub const CLUSTER_SET_LABEL: &str = "cluster.open-cluster-management.io/clusterset";
/// The annotation that makes the scheduler leave a Placement alone where it is exactly `true` (SYNC-3).
pub const DISABLE_ANNOTATION: &str = "cluster.open-cluster-management.io/experimental-scheduling-disable";

/// Key and value, ascending by key.
fn pairs(map: &BTreeMap<String, String>) -> Vec<(Symbol, Symbol)> {
    map.iter().map(|(key, value)| (symbol(key), symbol(value))).collect()
}

/// A text, shared with the facts before this one where it was used lately: a fleet says the same again and again.
fn symbol(text: &str) -> Symbol {
    const TEXTS: usize = 1024;
    const BYTES_MAX: usize = 64;
    thread_local! {
        /// Each text at the place its hash says, until another one takes it.
        static LATELY: RefCell<Vec<Symbol>> = RefCell::new(vec![Symbol::default(); TEXTS]);
    }
    if text.len() > BYTES_MAX {
        return text.into();
    }
    let at = FixedState::default().hash_one(text) as usize % TEXTS;
    LATELY.with_borrow_mut(|lately| {
        let there = &mut lately[at];
        if *there != *text {
            *there = text.into();
        }
        there.clone()
    })
}

/// Each key once, ascending; of equal keys the last entry wins (SEL-6, PRIO-62).
fn last_of_each<V>(mut entries: Vec<(Symbol, V)>) -> Vec<(Symbol, V)> {
    entries.reverse();
    entries.sort_by(|a, b| a.0.cmp(&b.0)); // Stable: the last one is now the first of its key.
    entries.dedup_by(|later, kept| later.0 == kept.0);
    entries
}

/// A time, or nothing and a problem.
fn time(text: Option<&String>, path: impl Fn() -> String, problems: &mut Vec<Problem>) -> Option<Time> {
    Time::parse_rfc3339(text?).map_err(|error| problems.push(Problem::Time { path: path(), error })).ok()
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn a_text_is_itself_whatever_was_used_before_it() {
        for number in (0..5000).chain(0..5000) {
            for text in [format!("{number}"), format!("{number:064}"), format!("{number:065}"), String::new()] {
                assert_eq!(symbol(&text), text.as_str());
            }
        }
    }

    #[test]
    fn a_text_that_was_just_used_is_shared() {
        let [first, again] = ["env", "env"].map(symbol);
        assert_eq!(first.as_ptr(), again.as_ptr());
    }
}
