//! `ManagedCluster` (spec §2.4).

use super::{
    Default, Field, INT32, TEXT, Type,
    condition::CONDITIONS,
    field, form, list, list_by,
    metadata::{API_VERSION, KIND, METADATA},
    text,
};

pub(super) const MANAGED_CLUSTER: &[Field] = &[
    API_VERSION,
    KIND,
    METADATA,
    field("spec", SPEC, "What the hub's people set.").keeps_out(),
    field("status", STATUS, "What the cluster reports.").keeps_out(),
];

const SPEC: Type = Type::Object(&[
    field("hubAcceptsClient", Type::Bool, "Whether the hub lets the cluster join; absent: no."),
    field("leaseDurationSeconds", INT32, "Seconds between two signs of life of the cluster.").or(Default::Integer(60)),
    field(
        "managedClusterClientConfigs",
        list(&CLIENT_CONFIG),
        "Where the cluster's API server answers; empty: nowhere the hub can reach.",
    ),
    field("taints", list(&TAINT), "What keeps placements off the cluster unless they tolerate it.").narrows(),
]);

const CLIENT_CONFIG: Type = Type::Object(&[
    field("url", TEXT, "Address of the API server.").required(),
    field("caBundle", text(0, usize::MAX, form::BASE64), "Certificates to trust there; absent: those of the system."),
]);

const TAINT: Type = Type::Object(&[
    field("key", text(0, 316, form::QUALIFIED), "Name of the taint, perhaps after a DNS name and a slash.").required(),
    // Without it a toleration of the empty value fits.
    field("value", text(0, 1024, form::ANY), "Value that a toleration may ask for.").keeps_out(),
    field("effect", Type::Word(&["NoSelect", "PreferNoSelect", "NoSelectIfNew"]), "What becomes of a placement that does not tolerate it: never here, rather elsewhere, or here only if it already is.").required(),
    field("timeAdded", Type::Time, "When the taint was set; tolerations that end count from here.").nullable(),
]);

const STATUS: Type = Type::Object(&[
    field("capacity", QUANTITIES, "All resources of the cluster's nodes."),
    field("allocatable", QUANTITIES, "Those that workloads can have."),
    // `NotIn` and `DoesNotExist` fit what is absent.
    field("clusterClaims", list(&CLAIM), "What the cluster says of itself, for claim selectors.").keeps_out(),
    CONDITIONS,
    field("version", Type::Object(&[field("kubernetes", TEXT, "Version of Kubernetes.")]), "What the cluster runs."),
    field(
        "managedNamespaces",
        list_by(&["clusterSet", "name"], &MANAGED_NAMESPACE),
        "Namespaces that the cluster's sets manage on it.",
    ),
]);

const QUANTITIES: Type = Type::Map { keys: form::ANY, values: &Type::Quantity };

const CLAIM: Type = Type::Object(&[
    field("name", text(1, 253, form::ANY), "Name of the claim.").keeps_out(),
    field("value", text(1, 1024, form::ANY), "What is claimed.").keeps_out(),
]);

const MANAGED_NAMESPACE: Type = Type::Object(&[
    field("name", text(0, 63, form::DNS_LABEL), "Name of the namespace.").required(),
    field("clusterSet", TEXT, "The set that asks for it.").required(),
    CONDITIONS,
]);
