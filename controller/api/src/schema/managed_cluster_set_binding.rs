//! `ManagedClusterSetBinding` (spec §2.6).

use super::{
    Field, Type,
    condition::CONDITIONS_UNKEYED,
    field, form,
    metadata::{API_VERSION, KIND, METADATA},
    text,
};

pub(super) const MANAGED_CLUSTER_SET_BINDING: &[Field] = &[
    API_VERSION,
    KIND,
    METADATA,
    field(
        "spec",
        Type::Object(&[field("clusterSet", text(1, usize::MAX, form::ANY), "Name of the set, and of this object.")]),
        "What is bound.",
    ),
    field("status", Type::Object(&[CONDITIONS_UNKEYED]), "What the hub found."),
];
