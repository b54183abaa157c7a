//! `PlacementDecision` (spec §2.3).

use super::{
    Field, INT64, TEXT, Type, field, list,
    metadata::{API_VERSION, KIND, METADATA},
};

// `status.decisions` is required by the CRD; what Go clients write before the first decision is `null`, and means the
// same.
pub(super) const PLACEMENT_DECISION: &[Field] =
    &[API_VERSION, KIND, METADATA, field("status", STATUS, "Which clusters are selected.")];

const STATUS: Type =
    Type::Object(&[
        field("decisions", list(&DECISION), "The selected clusters of one slice, at most 100.").server_requires()
    ]);

const DECISION: Type = Type::Object(&[
    field("clusterName", TEXT, "Name of the cluster; in one slice of a placement only.").required(),
    field("reason", TEXT, "Why it was selected; may be empty.").required(),
    field("score", INT64, "Its total, where the placement asks for it."),
]);
