//! What had to be left out of a fact, and how bad that is.

use kube_text::{QuantityError, TimeError};
use scheduler_core::Misconfigured;

/// Something in an object that its fact does not carry. `Display` starts with the field's path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The resource counts as absent on this cluster (Q32, FILE-7).
    #[error("status.{field}[{resource}]: `{value}`: {error}")]
    Quantity {
        /// `allocatable` or `capacity`.
        field: &'static str,
        /// The resource's name.
        resource: String,
        /// As written.
        value: String,
        /// Why it is none.
        error: QuantityError,
    },
    /// The time counts as absent.
    #[error("{path}: {error}")]
    Time {
        /// The field.
        path: String,
        /// Why it is none; names the text.
        error: TimeError,
    },
    /// Nobody can tell who is in the set; placements that use it are left alone (SYNC-4).
    #[error("spec.clusterSelector: {error}: no placement that uses this set is decided")]
    Members {
        /// What is wrong with the selector.
        error: Misconfigured,
    },
    /// DEAD-1 comes with a later version.
    #[error("spec.taints[{taint}]: effect `PreferNoSelect` has no effect in this version")]
    PreferNoSelect {
        /// Which taint.
        taint: usize,
    },
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The answer holds, but perhaps not as meant.
    Warning,
    /// Something could not be read.
    Error,
}

impl Problem {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Problem::Quantity { .. } | Problem::Time { .. } => Severity::Error,
            Problem::Members { .. } | Problem::PreferNoSelect { .. } => Severity::Warning,
        }
    }

    /// One fixed word for metrics.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Problem::Quantity { .. } => "quantity",
            Problem::Time { .. } => "time",
            Problem::Members { .. } => "members",
            Problem::PreferNoSelect { .. } => "prefer-no-select",
        }
    }
}
