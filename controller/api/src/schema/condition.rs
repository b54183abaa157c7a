//! Conditions, the same in every status.

use super::{Field, Type, field, form, list, list_by, text};

/// Kinds whose conditions are keyed by type.
pub(super) const CONDITIONS: Field = field("conditions", list_by(&["type"], &CONDITION));

/// Sets and bindings, whose conditions are a plain list.
pub(super) const CONDITIONS_UNKEYED: Field = field("conditions", list(&CONDITION));

const CONDITION: Type = Type::Object(&[
    field("type", text(0, 316, form::QUALIFIED)).required(),
    field("status", Type::Word(&["True", "False", "Unknown"])).required(),
    field("observedGeneration", Type::Integer { min: 0, max: i64::MAX }),
    field("lastTransitionTime", Type::Time).required(),
    field("reason", text(1, 1024, form::REASON)).required(),
    field("message", text(0, 32_768, form::ANY)).required(),
]);
