//! A condition as all statuses hold it.

use serde::{Deserialize, Serialize};

use super::{Text, lenient::null};

/// One aspect of an object's state. Lists of them have each `type` once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// Which aspect, e.g. `PlacementSatisfied`.
    #[serde(rename = "type", deserialize_with = "null")]
    pub r#type: Text,
    /// `True`, `False` or `Unknown`.
    #[serde(deserialize_with = "null")]
    pub status: Text,
    /// The generation that was looked at; absent: not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// RFC 3339; when `status` last changed. Absent only in worn recordings.
    pub last_transition_time: Option<Text>,
    /// One word for programs.
    #[serde(deserialize_with = "null")]
    pub reason: Text,
    /// A sentence for people.
    #[serde(deserialize_with = "null")]
    pub message: Text,
}
