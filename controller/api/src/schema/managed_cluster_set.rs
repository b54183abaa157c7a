//! `ManagedClusterSet` (spec §2.5).

use super::{
    Default, Field, Type,
    condition::CONDITIONS_UNKEYED,
    field, form, list_by,
    metadata::{API_VERSION, KIND, METADATA},
    selector::LABEL_SELECTOR,
    text,
};

pub(super) const MANAGED_CLUSTER_SET: &[Field] = &[
    API_VERSION,
    KIND,
    METADATA,
    // Another selector type has other members.
    field("spec", SPEC).or(Default::Object).keeps_out(),
    field("status", Type::Object(&[CONDITIONS_UNKEYED])),
];

const SPEC: Type = Type::Object(&[
    field("clusterSelector", CLUSTER_SELECTOR).or(Default::Object).keeps_out(),
    field("managedNamespaces", list_by(&["name"], &NAMESPACE)),
]);

const CLUSTER_SELECTOR: Type = Type::Object(&[
    field("selectorType", Type::Word(&["ExclusiveClusterSetLabel", "LabelSelector"]))
        .required()
        .or(Default::Text("ExclusiveClusterSetLabel"))
        .keeps_out(),
    field("labelSelector", LABEL_SELECTOR),
]);

const NAMESPACE: Type = Type::Object(&[field("name", text(0, 63, form::DNS_LABEL)).required()]);
