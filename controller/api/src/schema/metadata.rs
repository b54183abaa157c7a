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
        // In namespace `default` a binding or a slice would concern other placements.
        field("namespace", text(0, usize::MAX, form::DNS_LABEL)).keeps_out(),
        // `NotIn` and `DoesNotExist` fit what is absent.
        field("labels", Type::Map { keys: form::LABEL_KEY, values: &text(0, usize::MAX, form::LABEL_VALUE) })
            .keeps_out(),
        field("annotations", Type::Map { keys: form::ANNOTATION_KEY, values: &TEXT }).keeps_out(), // SYNC-3
        field("uid", TEXT),
        field("resourceVersion", TEXT),
        field("generation", INT64),
        field("creationTimestamp", Type::Time),
        field("deletionTimestamp", Type::Time).keeps_out(), // ELIG-3, SYNC-2
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
