//! What had to be left out of a fact, and how bad that is.

use kube_text::{QuantityError, TimeError};

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
            Problem::PreferNoSelect { .. } => Severity::Warning,
        }
    }

    /// One fixed word for metrics.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Problem::Quantity { .. } => "quantity",
            Problem::Time { .. } => "time",
            Problem::PreferNoSelect { .. } => "prefer-no-select",
        }
    }
}
