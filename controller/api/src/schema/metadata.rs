//! Metadata: what every object has, checked by the server's own code and not by a CRD.

use super::{Field, INT64, TEXT, Type, field, form, list, text};

/// Looked at before the schema is.
pub(super) const API_VERSION: Field = field("apiVersion", Type::Ignored);

/// Looked at before the schema is.
pub(super) const KIND: Field = field("kind", Type::Ignored);

/// For kinds that live in namespaces, and for those that do not: the latter ignore a namespace with a word.
pub(super) const METADATA: Field = field(
    "metadata",
    Type::Object(&[
        field("name", text(1, usize::MAX, form::SUBDOMAIN)).required(),
        field("namespace", text(0, usize::MAX, form::DNS_LABEL)),
        field("labels", Type::Map { keys: form::LABEL_KEY, values: &text(0, usize::MAX, form::LABEL_VALUE) }),
        field("annotations", Type::Map { keys: form::ANNOTATION_KEY, values: &TEXT }),
        field("uid", TEXT),
        field("resourceVersion", TEXT),
        field("generation", INT64),
        field("creationTimestamp", Type::Time),
        field("deletionTimestamp", Type::Time),
        field("finalizers", list(&TEXT)),
        field("ownerReferences", list(&OWNER)),
        field("generateName", Type::Ignored),
        field("managedFields", Type::Ignored),
        field("selfLink", Type::Ignored),
        field("deletionGracePeriodSeconds", Type::Ignored),
    ]),
)
.required();

const OWNER: Type = Type::Object(&[
    field("apiVersion", text(1, usize::MAX, form::ANY)).required(),
    field("kind", text(1, usize::MAX, form::ANY)).required(),
    field("name", text(1, usize::MAX, form::ANY)).required(),
    // Empty where the owner has none: a manifest that no server has seen. What we print of it is read again.
    field("uid", TEXT).required(),
    field("controller", Type::Bool),
    field("blockOwnerDeletion", Type::Bool),
]);
