//! Selectors (spec §2.1): operators are free text, and syntax is the scheduler's to judge (SEL-4).

use super::{TEXT, Type, field, form, list};

pub(super) const LABEL_SELECTOR: Type = Type::Object(&[
    field(
        "matchLabels",
        Type::Map { keys: form::ANY, values: &TEXT },
        "Labels and the values they must have; all of them.",
    )
    .narrows(),
    field("matchExpressions", list(&REQUIREMENT), EXPRESSIONS).narrows().whole(),
]);

pub(super) const CLAIM_SELECTOR: Type =
    Type::Object(&[field("matchExpressions", list(&REQUIREMENT), EXPRESSIONS).narrows()]);

pub(super) const CEL_SELECTOR: Type = Type::Object(&[field(
    "celExpressions",
    list(&TEXT),
    "CEL expressions over managedCluster, each true or false; all must be true.",
)
.narrows()]);

const EXPRESSIONS: &str = "Requirements; all of them.";

const REQUIREMENT: Type = Type::Object(&[
    field("key", TEXT, "Key of the label, or name of the claim.").required(),
    field("operator", TEXT, "In, NotIn, Exists or DoesNotExist.").required(),
    field("values", list(&TEXT), "For In and NotIn, at least one; none for the others.").keeps_out().whole(),
]);
