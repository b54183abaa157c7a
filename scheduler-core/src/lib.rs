//! The placement engine without IO: facts and a time in, decisions with reasons out.
//!
//! No clock, file, socket, async runtime, serde, randomness or hash order: the same facts, profile and `now` give the
//! same bytes (law 1).

mod cluster;
mod cluster_set;
mod decision;
mod entries;
mod explain;
mod fact;
mod index;
mod misconfigured;
mod panic;
mod pass;
pub mod placement;
mod plugin;
mod profile;
mod reason;
mod selector;
mod step;
mod symbol;
mod wide;

pub use cluster::{Cluster, Effect, Taint};
pub use cluster_set::{ClusterId, ClusterSet, Feasible};
pub use decision::{Condition, ConditionType, Decision, Group, Hold, Outcome, PlannedSlice, Shortfall, Stage};
pub use entries::{Entries, Entry, EntrySlice};
pub use explain::{Absence, Fate, Guard, Part};
pub use fact::{AddOnScore, Binding, Fact, Key, ManagedClusterSet, Slice};
pub use index::{
    Column, Derive, Derived, Index, Inputs, Judge, Reads, Rows, SelectorId, Snapshot, TaintClasses, Texts, Tolerance,
    Values, Version, back_off,
};
pub use kube_text::{Quantity, Time};
pub use misconfigured::Misconfigured;
pub use pass::{MapKey, Pass, Row, Scores, TextColumn, Trail};
pub use placement::{Coordinate, Placement, PlacementKey, Want};
pub use plugin::{FailurePolicy, Fault, Filter, Plugin, PluginError, Prioritizer};
pub use profile::{Difference, Differences, Profile, Profiles};
pub use reason::{Mismatch, On, Reason, Verdict, Warning};
pub use selector::{Selector, Source};
pub use symbol::Symbol;
