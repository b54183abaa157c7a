//! One API call: where it goes, what it says, which version it was made for.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::Event;
use crate::kinds::{ClusterDecision, Condition, DecisionGroupStatus, PlacementDecision, Resource, Text};

/// A call, and what to tell once it has succeeded (Q25).
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The call.
    pub call: Call,
    /// In order; each regards the Placement.
    pub events: Vec<Event>,
}

/// A call on one object in the Placement's namespace. `Display` names verb, resource and object.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// `POST placementdecisions`. Its precondition is its name. The status goes along, though a server drops it: where it
    /// is not empty, `PatchStatus` follows.
    Create {
        /// The whole slice.
        object: PlacementDecision,
    },
    /// Merge patch on `placementdecisions/<name>/status`.
    PatchStatus {
        /// The slice.
        name: String,
        /// The version it replaces.
        expect: Expect,
        /// The whole list.
        decisions: Vec<ClusterDecision>,
    },
    /// Merge patch on `placementdecisions/<name>`.
    PatchLabels {
        /// The slice.
        name: String,
        /// The version it replaces.
        expect: Expect,
        /// What changes; `None` removes.
        labels: BTreeMap<Text, Option<Text>>,
    },
    /// `DELETE placementdecisions/<name>`; that it is gone already (404) is no failure.
    Delete {
        /// The slice.
        name: String,
        /// The version it removes.
        expect: Expect,
    },
    /// Merge patch on `placements/<name>/status`.
    PatchPlacementStatus {
        /// The placement.
        name: String,
        /// The version it replaces.
        expect: Expect,
        /// What changes.
        status: StatusPatch,
    },
}

/// Which version of an object a call was made for: another one makes it fail (law 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The recorded one.
    Recorded(Version),
    /// The one that the call before it on the same object returned. If that call failed, this one is not to be made.
    Returned,
}

/// An object's identity and version, as the server gave them. Both empty in what was read from manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.resourceVersion`.
    pub resource_version: String,
}

impl Version {
    /// The version of an object.
    #[must_use]
    pub fn of(object: &impl Resource) -> Version {
        let metadata = object.metadata();
        Version { uid: metadata.uid.clone(), resource_version: metadata.resource_version.clone() }
    }

    fn metadata(&self) -> Map<String, Value> {
        let mut metadata = Map::new();
        metadata.insert("uid".to_owned(), self.uid.as_str().into());
        metadata.insert("resourceVersion".to_owned(), self.resource_version.as_str().into());
        metadata
    }
}

/// The changed top-level keys of a Placement's status, each whole (STAT-2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusPatch {
    /// `numberOfSelectedClusters`.
    pub number_of_selected_clusters: Option<i32>,
    /// `decisionGroups`.
    pub decision_groups: Option<Vec<DecisionGroupStatus>>,
    /// `conditions`, the foreign ones included.
    pub conditions: Option<Vec<Condition>>,
}

impl StatusPatch {
    fn body(&self) -> Value {
        let mut status = Map::new();
        if let Some(conditions) = &self.conditions {
            status.insert("conditions".to_owned(), json!(conditions));
        }
        if let Some(groups) = &self.decision_groups {
            status.insert("decisionGroups".to_owned(), json!(groups));
        }
        if let Some(number) = self.number_of_selected_clusters {
            status.insert("numberOfSelectedClusters".to_owned(), json!(number));
        }
        Value::Object(status)
    }
}

impl Call {
    /// The request's body: the object of a create, a JSON merge patch, the options of a delete. `returned` is the
    /// version that the call before it on the same object returned; looked at for [`Expect::Returned`] only.
    #[must_use]
    pub fn body(&self, returned: &Version) -> Value {
        let metadata = |expect: &Expect| match expect {
            Expect::Recorded(version) => version.metadata(),
            Expect::Returned => returned.metadata(),
        };
        match self {
            Call::Create { object } => json!(object.typed()),
            Call::PatchStatus { expect, decisions, .. } => {
                json!({ "metadata": metadata(expect), "status": { "decisions": decisions } })
            }
            Call::PatchLabels { expect, labels, .. } => {
                let mut metadata = metadata(expect);
                metadata.insert("labels".to_owned(), json!(labels));
                json!({ "metadata": metadata })
            }
            Call::Delete { expect, .. } => {
                json!({ "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": metadata(expect) })
            }
            Call::PatchPlacementStatus { expect, status, .. } => {
                json!({ "metadata": metadata(expect), "status": status.body() })
            }
        }
    }

    /// The name of the object it concerns.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Call::Create { object } => &object.metadata.name,
            Call::PatchStatus { name, .. }
            | Call::PatchLabels { name, .. }
            | Call::Delete { name, .. }
            | Call::PatchPlacementStatus { name, .. } => name,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Call::Create { .. } => "create placementdecisions",
            Call::PatchStatus { .. } => "patch placementdecisions/status",
            Call::PatchLabels { .. } => "patch placementdecisions",
            Call::Delete { .. } => "delete placementdecisions",
            Call::PatchPlacementStatus { .. } => "patch placements/status",
        };
        write!(f, "{what} {}", self.name())
    }
}
