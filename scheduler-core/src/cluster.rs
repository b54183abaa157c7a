//! A managed cluster as the engine knows it.

use kube_text::{Quantity, Time};

use crate::Symbol;

/// One ManagedCluster, parsed. Everything a scheduling rule can read, typed; nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// `metadata.name`.
    pub name: Symbol,
    /// `metadata.deletionTimestamp` is set: never available (ELIG-3), though what stands for it still counts.
    pub deleting: bool,
    /// `metadata.labels`, ascending by key, each key once.
    pub labels: Vec<(Symbol, Symbol)>,
    /// `metadata.annotations`, as `labels`. Only plugins from outside read them.
    pub annotations: Vec<(Symbol, Symbol)>,
    /// `status.clusterClaims` by name, ascending, each name once: of duplicates the last entry won (SEL-6).
    pub claims: Vec<(Symbol, Symbol)>,
    /// `spec.taints`, in order.
    pub taints: Vec<Taint>,
    /// `status.allocatable`, ascending by resource name. An unparsable quantity is absent (Q32).
    pub allocatable: Vec<(Symbol, Quantity)>,
    /// `status.capacity`, as `allocatable`.
    pub capacity: Vec<(Symbol, Quantity)>,
    /// `status.conditions`: type and status, ascending by type, each once.
    pub conditions: Vec<(Symbol, Symbol)>,
}

/// One entry of `spec.taints`.
#[derive(Clone, Debug, PartialEq)]
pub struct Taint {
    /// `key`.
    pub key: Symbol,
    /// `value`; absent is empty (TAINT-6).
    pub value: Symbol,
    /// `effect`.
    pub effect: Effect,
    /// `timeAdded`; absent: the zero time, before which every finite toleration has ended (TAINT-7).
    pub time_added: Option<Time>,
}

/// What a taint does to clusters that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `NoSelect`: not selected.
    NoSelect,
    /// `PreferNoSelect`: bars nobody (TAINT-4).
    PreferNoSelect,
    /// `NoSelectIfNew`: not selected unless it is selected already (TAINT-5).
    NoSelectIfNew,
    /// Anything else; bars like `NoSelect` (TAINT-6).
    Other(Symbol),
}

impl Effect {
    /// The effect as it is spelled in the API.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Effect::NoSelect => "NoSelect",
            Effect::PreferNoSelect => "PreferNoSelect",
            Effect::NoSelectIfNew => "NoSelectIfNew",
            Effect::Other(text) => text,
        }
    }
}

impl From<&str> for Effect {
    fn from(text: &str) -> Self {
        match text {
            "NoSelect" => Effect::NoSelect,
            "PreferNoSelect" => Effect::PreferNoSelect,
            "NoSelectIfNew" => Effect::NoSelectIfNew,
            other => Effect::Other(other.into()),
        }
    }
}
