//! What every object carries: its name, its labels, who owns it. Managed fields are never kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Text,
    lenient::{is_default, null, texts},
};

/// An object's metadata; fields that nobody here reads are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Unique within namespace and kind.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub name: String,
    /// Empty for kinds without namespaces.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub namespace: String,
    /// Label key to value.
    #[serde(deserialize_with = "texts", skip_serializing_if = "is_default")]
    pub labels: BTreeMap<Text, Text>,
    /// Annotation key to value.
    #[serde(deserialize_with = "texts", skip_serializing_if = "is_default")]
    pub annotations: BTreeMap<Text, Text>,
    /// The server's identity of this very object; empty in a manifest.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub uid: String,
    /// The server's version of the object, opaque; empty in a manifest.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub resource_version: String,
    /// Counts changes of the spec; 0 in a manifest.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub generation: i64,
    /// RFC 3339; absent in a manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<String>,
    /// RFC 3339; present while the object is being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<String>,
    /// Who must let go before the object can vanish.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub finalizers: Vec<String>,
    /// Whose deletion takes this object along.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub owner_references: Vec<OwnerReference>,
}

/// One owner of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// Group and version of the owner.
    #[serde(deserialize_with = "null")]
    pub api_version: String,
    /// Kind of the owner.
    #[serde(deserialize_with = "null")]
    pub kind: String,
    /// Name of the owner, in the same namespace or none.
    #[serde(deserialize_with = "null")]
    pub name: String,
    /// Identity of the owner.
    #[serde(deserialize_with = "null")]
    pub uid: String,
    /// Whether this owner is the managing controller; absent: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<bool>,
    /// Whether the owner cannot vanish before this object; absent: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_owner_deletion: Option<bool>,
}
