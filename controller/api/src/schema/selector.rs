//! Selectors (spec §2.1): operators are free text, and syntax is the scheduler's to judge (SEL-4).

use super::{TEXT, Type, field, form, list};

pub(super) const LABEL_SELECTOR: Type = Type::Object(&[
    field("matchLabels", Type::Map { keys: form::ANY, values: &TEXT }).narrows(),
    field("matchExpressions", list(&REQUIREMENT)).narrows(),
]);

pub(super) const CLAIM_SELECTOR: Type = Type::Object(&[field("matchExpressions", list(&REQUIREMENT)).narrows()]);

pub(super) const CEL_SELECTOR: Type = Type::Object(&[field("celExpressions", list(&TEXT)).narrows()]);

const REQUIREMENT: Type = Type::Object(&[
    field("key", TEXT).required(),
    field("operator", TEXT).required(),
    field("values", list(&TEXT)).keeps_out(),
]);
