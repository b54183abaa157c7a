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
    field("spec", SPEC, "Which clusters are in the set.").or(Default::Object).keeps_out(),
    field("status", Type::Object(&[CONDITIONS_UNKEYED]), "What the hub found."),
];

const SPEC: Type = Type::Object(&[
    field("clusterSelector", CLUSTER_SELECTOR, "How a cluster becomes a member.").or(Default::Object).keeps_out(),
    field("managedNamespaces", list_by(&["name"], &NAMESPACE), "Namespaces to manage on the member clusters."),
]);

const CLUSTER_SELECTOR: Type = Type::Object(&[
    field(
        "selectorType",
        Type::Word(&["ExclusiveClusterSetLabel", "LabelSelector"]),
        "By the label cluster.open-cluster-management.io/clusterset, which names one set, or by labelSelector.",
    )
    .required()
    .or(Default::Text("ExclusiveClusterSetLabel"))
    .keeps_out(),
    field("labelSelector", LABEL_SELECTOR, "Labels of the members, for type LabelSelector; empty: all clusters.")
        .whole(),
]);

const NAMESPACE: Type =
    Type::Object(&[field("name", text(0, 63, form::DNS_LABEL), "Name of the namespace.").required()]);
