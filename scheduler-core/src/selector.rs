//! Which clusters: selectors as values over named columns.

use crate::Symbol;

/// One named column of the index: what a selector tests, a plugin asks for, a change touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// `metadata.name`.
    Name,
    /// The value of a label key.
    Label(Symbol),
    /// The value of an annotation.
    Annotation(Symbol),
    /// The value of a cluster claim.
    Claim(Symbol),
    /// `status.allocatable` of a resource, as the approximate float of PRIO-52.
    Allocatable(Symbol),
    /// `status.capacity` of a resource, as `Allocatable`.
    Capacity(Symbol),
    /// The first taint with that key, as `value:Effect`.
    Taint(Symbol),
    /// The status of a condition: `True`, `False` or `Unknown`.
    Condition(Symbol),
    /// The value named by the second text in the AddOnPlacementScore named by the first (PRIO-62). Expired ones keep it.
    Score(Symbol, Symbol),
    /// Present where the AddOnPlacementScore of that name is past its `validUntil` (PRIO-61).
    Expired(Symbol),
    /// How often the cluster stands in any slice of any placement (PRIO-30). Its changes wake nobody (Q15).
    Decisions,
    /// The results of a function of other columns, by its key (`Reads::derived`).
    Derived(Symbol),
}

/// A set of clusters, described. Equal selectors are one bitmap in the index, patched as clusters change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// Every cluster.
    All,
    /// Clusters that have a value in the column.
    Has(Source),
    /// Clusters whose value in a text column is one of these.
    In(Source, Vec<Symbol>),
    /// Every other cluster; one that lacks a key is in `Not(In(…))` (SEL-2).
    Not(Box<Selector>),
    /// Clusters in all of these; of none: every cluster.
    And(Vec<Selector>),
    /// Clusters in any of these; of none: no cluster.
    Or(Vec<Selector>),
}

impl Selector {
    /// The selector that no cluster satisfies.
    #[must_use]
    pub fn none() -> Self {
        Selector::Or(Vec::new())
    }
}
