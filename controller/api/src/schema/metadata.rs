//! Metadata: what every object has, checked by the server's own code and not by a CRD.

use super::{Field, INT64, TEXT, Type, form, known, list, text};

/// Looked at before the schema is.
pub(super) const API_VERSION: Field = known("apiVersion", Type::Ignored);

/// Looked at before the schema is.
pub(super) const KIND: Field = known("kind", Type::Ignored);

/// For kinds that live in namespaces, and for those that do not: the latter ignore a namespace with a word.
pub(super) const METADATA: Field = known(
    "metadata",
    Type::Object(&[
        known("name", text(1, usize::MAX, form::SUBDOMAIN)).required(),
        // In namespace `default` a binding or a slice would concern other placements.
        known("namespace", text(0, usize::MAX, form::DNS_LABEL)).keeps_out(),
        // `NotIn` and `DoesNotExist` fit what is absent.
        known("labels", Type::Map { keys: form::LABEL_KEY, values: &text(0, usize::MAX, form::LABEL_VALUE) })
            .keeps_out(),
        known("annotations", Type::Map { keys: form::ANNOTATION_KEY, values: &TEXT }).keeps_out(), // SYNC-3
        known("uid", TEXT),
        known("resourceVersion", TEXT),
        known("generation", INT64),
        known("creationTimestamp", Type::Time),
        known("deletionTimestamp", Type::Time).keeps_out(), // ELIG-3, SYNC-2
        known("finalizers", list(&TEXT)),
        known("ownerReferences", list(&OWNER)),
        known("generateName", Type::Ignored),
        known("managedFields", Type::Ignored),
        known("selfLink", Type::Ignored),
        known("deletionGracePeriodSeconds", Type::Ignored),
    ]),
)
.required();

const OWNER: Type = Type::Object(&[
    known("apiVersion", text(1, usize::MAX, form::ANY)).required(),
    known("kind", text(1, usize::MAX, form::ANY)).required(),
    known("name", text(1, usize::MAX, form::ANY)).required(),
    // Empty where the owner has none: a manifest that no server has seen. What we print of it is read again.
    known("uid", TEXT).required(),
    known("controller", Type::Bool),
    known("blockOwnerDeletion", Type::Bool),
]);
