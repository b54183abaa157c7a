//! `ManagedCluster` (spec §2.4).

use super::{
    Default, Field, INT32, TEXT, Type,
    condition::CONDITIONS,
    field, form, list, list_by,
    metadata::{API_VERSION, KIND, METADATA},
    text,
};

pub(super) const MANAGED_CLUSTER: &[Field] =
    &[API_VERSION, KIND, METADATA, field("spec", SPEC).keeps_out(), field("status", STATUS).keeps_out()];

const SPEC: Type = Type::Object(&[
    field("hubAcceptsClient", Type::Bool),
    field("leaseDurationSeconds", INT32).or(Default::Integer(60)),
    field("managedClusterClientConfigs", list(&CLIENT_CONFIG)),
    field("taints", list(&TAINT)).narrows(),
]);

const CLIENT_CONFIG: Type = Type::Object(&[field("url", TEXT).required(), field("caBundle", TEXT)]);

const TAINT: Type = Type::Object(&[
    field("key", text(0, 316, form::QUALIFIED)).required(),
    // Without it a toleration of the empty value fits.
    field("value", text(0, 1024, form::ANY)).keeps_out(),
    field("effect", Type::Word(&["NoSelect", "PreferNoSelect", "NoSelectIfNew"])).required(),
    field("timeAdded", Type::Time),
]);

const STATUS: Type = Type::Object(&[
    field("capacity", QUANTITIES),
    field("allocatable", QUANTITIES),
    // `NotIn` and `DoesNotExist` fit what is absent.
    field("clusterClaims", list(&CLAIM)).keeps_out(),
    CONDITIONS,
    field("version", Type::Object(&[field("kubernetes", TEXT)])),
    field("managedNamespaces", list_by(&["clusterSet", "name"], &MANAGED_NAMESPACE)),
]);

const QUANTITIES: Type = Type::Map { keys: form::ANY, values: &Type::Quantity };

const CLAIM: Type = Type::Object(&[
    field("name", text(1, 253, form::ANY)).keeps_out(),
    field("value", text(1, 1024, form::ANY)).keeps_out(),
]);

const MANAGED_NAMESPACE: Type = Type::Object(&[
    field("name", text(0, 63, form::DNS_LABEL)).required(),
    field("clusterSet", TEXT).required(),
    CONDITIONS,
]);
