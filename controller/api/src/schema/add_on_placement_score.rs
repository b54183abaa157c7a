//! `AddOnPlacementScore` (spec §2.7).

use super::{
    Field, TEXT, Type,
    condition::CONDITIONS,
    field, list_by,
    metadata::{API_VERSION, KIND, METADATA},
};

pub(super) const ADD_ON_PLACEMENT_SCORE: &[Field] = &[API_VERSION, KIND, METADATA, field("status", STATUS)];

const STATUS: Type =
    Type::Object(&[field("scores", list_by(&["name"], &SCORE)), field("validUntil", Type::Time), CONDITIONS]);

const SCORE: Type =
    Type::Object(&[field("name", TEXT).required(), field("value", Type::Integer { min: -100, max: 100 }).required()]);
