//! `AddOnPlacementScore` (spec §2.7).

use super::{
    Field, TEXT, Type,
    condition::CONDITIONS,
    field, list_by,
    metadata::{API_VERSION, KIND, METADATA},
};

pub(super) const ADD_ON_PLACEMENT_SCORE: &[Field] =
    &[API_VERSION, KIND, METADATA, field("status", STATUS, "The scores as they were last reported.")];

const STATUS: Type = Type::Object(&[
    field("scores", list_by(&["name"], &SCORE), "Scores of the cluster that the namespace is named after."),
    field("validUntil", Type::Time, "When the scores stop counting; absent: never."),
    CONDITIONS,
]);

const SCORE: Type = Type::Object(&[
    field("name", TEXT, "Name of the score, for placements to refer to.").required(),
    field("value", Type::Integer { min: -100, max: 100 }, "From -100 to 100; more is better.").required(),
]);
