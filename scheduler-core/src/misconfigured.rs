//! What can be wrong with a spec. Upstream's texts are the spec's, byte for byte; the others are ours.

use crate::Symbol;

/// A mistake in a spec. `Display` is the text that upstream puts behind the plugin's name (§12.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// PRIO-1.
    #[error("incorrect prioritizer policy mode: {mode}")]
    Mode {
        /// As written.
        mode: Symbol,
    },
    /// PRIO-2.
    #[error("scoreCoordinate field is required")]
    NoCoordinate,
    /// PRIO-4.
    #[error("incorrect builtin prioritizer: {name}")]
    Prioritizer {
        /// As written.
        name: Symbol,
    },
    /// PRIO-5.
    #[error("addOn should not be empty")]
    NoAddOn,
    /// TAINT-2.
    #[error("If the key is empty, operator must be Exists.")]
    KeylessToleration,
    /// TAINT-2.
    #[error("If the operator is Exists, the value should be empty.")]
    ValuedExists,
    /// SEL-7, PRED-3, GRP-14, ELIG-8: the selector's problem as `kube-text` words it.
    #[error("{0}")]
    Selector(String),
    /// ELIG-9: a `selectorType` nobody knows.
    #[error("selectorType: must be ExclusiveClusterSetLabel or LabelSelector, got `{0}`")]
    SelectorType(Symbol),
    /// GRP-3.
    #[error("{value} invalid type: string is not a percentage")]
    GroupLength {
        /// As written.
        value: Symbol,
    },
    /// Q1.
    #[error("numberOfClusters must not be negative: got {got}")]
    NegativeCount {
        /// The number given.
        got: i32,
    },
    /// Q11.
    #[error("name is longer than 63 characters and cannot be a label value")]
    NameTooLong,
    /// `celSelector` is used, which this version cannot evaluate. Refused rather than ignored.
    #[error("celSelector is not supported in this version")]
    Cel,
    /// A plugin of ours or a guest cannot work with this placement.
    #[error("{0}")]
    Plugin(String),
}
