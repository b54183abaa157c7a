//! Selectors over labels, claims and CEL, as typed: syntax and operators are judged by whoever evaluates them
//! (SEL-1…5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lenient::{is_default, null};

/// Which clusters: all three parts must hold; an empty part holds for every cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterSelector {
    /// Over the cluster's labels.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub label_selector: LabelSelector,
    /// Over the cluster's claims.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub claim_selector: ClaimSelector,
    /// CEL expressions over the cluster. Decision groups have none.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub cel_selector: CelSelector,
}

/// A label selector; all its requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Label key to the value it must have.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub match_labels: BTreeMap<String, String>,
    /// Further requirements.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub match_expressions: Vec<Requirement>,
}

/// A selector over claims; all its requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSelector {
    /// The requirements; there is no `matchLabels` for claims.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub match_expressions: Vec<Requirement>,
}

/// CEL expressions, all of which must be true.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CelSelector {
    /// The expressions, unchecked.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub cel_expressions: Vec<String>,
}

/// What one label or claim must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requirement {
    /// Label key or claim name.
    #[serde(deserialize_with = "null")]
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`; any text gets this far.
    #[serde(deserialize_with = "null")]
    pub operator: String,
    /// Absent and empty are the same.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub values: Vec<String>,
}
