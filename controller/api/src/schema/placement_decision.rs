//! `PlacementDecision` (spec §2.3).

use super::{
    Field, INT64, TEXT, Type, field, list,
    metadata::{API_VERSION, KIND, METADATA},
};

// `status.decisions` is required by the CRD; what Go clients write before the first decision is `null`, and means the
// same.
pub(super) const PLACEMENT_DECISION: &[Field] =
    &[API_VERSION, KIND, METADATA, field("status", Type::Object(&[field("decisions", list(&DECISION))]))];

const DECISION: Type =
    Type::Object(&[field("clusterName", TEXT).required(), field("reason", TEXT).required(), field("score", INT64)]);
