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
pub use selector::labels;
pub use set::{binding, set};
pub use slice::{PLACEMENT_LABEL, slice};

use std::collections::BTreeMap;

use kube_text::Time;
// What kinds become, for whoever depends on this package alone.
pub use scheduler_core::{AddOnScore, Cluster, Fact, Symbol};

use crate::kinds::Text;

/// The label by which a cluster is in an exclusive set (ELIG-7).
pub const CLUSTER_SET_LABEL: &str = "cluster.open-cluster-management.io/clusterset";
/// The annotation that makes the scheduler leave a Placement alone where it is exactly `true` (SYNC-3).
pub const DISABLE_ANNOTATION: &str = "cluster.open-cluster-management.io/experimental-scheduling-disable";

/// Key and value, ascending by key.
fn pairs(map: &BTreeMap<Text, Text>) -> Vec<(Symbol, Symbol)> {
    map.iter().map(|(key, value)| (key.symbol(), value.symbol())).collect()
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
