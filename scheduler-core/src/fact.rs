//! What the engine is told: watched objects, parsed.

use kube_text::Time;

use crate::{Cluster, Misconfigured, Placement, PlacementKey, Selector, Symbol};

/// One watched object, parsed once at the border.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A ManagedCluster.
    Cluster(Cluster),
    /// A ManagedClusterSet.
    Set(ManagedClusterSet),
    /// A ManagedClusterSetBinding.
    Binding(Binding),
    /// A Placement.
    Placement(Box<Placement>),
    /// A PlacementDecision.
    Slice(Slice),
    /// An AddOnPlacementScore.
    Score(AddOnScore),
}

/// The identity of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// By name.
    Cluster(Symbol),
    /// By name.
    Set(Symbol),
    /// By namespace and name.
    Binding(Symbol, Symbol),
    /// By namespace and name.
    Placement(PlacementKey),
    /// By namespace and name.
    Slice(Symbol, Symbol),
    /// By namespace, which is the cluster's name, and name.
    Score(Symbol, Symbol),
}

impl Fact {
    /// The key under which this fact replaces an earlier one.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Fact::Cluster(c) => Key::Cluster(c.name.clone()),
            Fact::Set(s) => Key::Set(s.name.clone()),
            Fact::Binding(b) => Key::Binding(b.namespace.clone(), b.name.clone()),
            Fact::Placement(p) => Key::Placement(p.key.clone()),
            Fact::Slice(s) => Key::Slice(s.namespace.clone(), s.name.clone()),
            Fact::Score(s) => Key::Score(s.cluster.clone(), s.name.clone()),
        }
    }
}

/// A ManagedClusterSet.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedClusterSet {
    /// `metadata.name`.
    pub name: Symbol,
    /// Its members (ELIG-7, ELIG-8). An error concerns every placement for which the set is eligible (SYNC-4): the
    /// text is the selector's problem, without a prefix.
    pub members: Result<Selector, Misconfigured>,
}

/// A ManagedClusterSetBinding. `spec.clusterSet` is not looked at: its own name names the set (ELIG-1, Q27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// `metadata.namespace`.
    pub namespace: Symbol,
    /// `metadata.name`, which names the set (ELIG-1).
    pub name: Symbol,
    /// `spec.clusterSet`.
    pub cluster_set: Symbol,
}

/// A PlacementDecision: one slice of what stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// `metadata.namespace`.
    pub namespace: Symbol,
    /// `metadata.name`.
    pub name: Symbol,
    /// The value of the label `cluster.open-cluster-management.io/placement`. Owner references are not checked (TAINT-5).
    pub placement: Option<Symbol>,
    /// `status.decisions[].clusterName`, in order; a name may repeat, and may name no cluster (PRIO-30).
    pub clusters: Vec<Symbol>,
}

/// An AddOnPlacementScore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddOnScore {
    /// `metadata.namespace`: the cluster it speaks of (PRIO-60).
    pub cluster: Symbol,
    /// `metadata.name`: the resource name a placement refers to.
    pub name: Symbol,
    /// `status.scores`, ascending by name, each name once: of duplicates the last won (PRIO-62). Not clamped.
    pub scores: Vec<(Symbol, i32)>,
    /// `status.validUntil`; absent: never expires.
    pub valid_until: Option<Time>,
}
