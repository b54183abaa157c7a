//! Conditions, the same in every status.

use super::{Field, Type, field, form, list, list_by, text};

/// Kinds whose conditions are keyed by type.
pub(super) const CONDITIONS: Field = field("conditions", list_by(&["type"], &CONDITION), ABOUT);

/// Sets and bindings, whose conditions are a plain list.
pub(super) const CONDITIONS_UNKEYED: Field = field("conditions", list(&CONDITION), ABOUT);

const ABOUT: &str = "What holds, one entry a type.";

const CONDITION: Type = Type::Object(&[
    field("type", text(0, 316, form::QUALIFIED), "What the condition is about.").required(),
    field("status", Type::Word(&["True", "False", "Unknown"]), "Whether it holds.").required(),
    field(
        "observedGeneration",
        Type::Integer { min: 0, max: i64::MAX },
        "The generation of the object that was looked at.",
    ),
    field("lastTransitionTime", Type::Time, "When the status last changed.").required(),
    field("reason", text(1, 1024, form::REASON), "Why, in one word for programs.").required(),
    field("message", text(0, 32_768, form::ANY), "Why, for people.").required(),
]);
