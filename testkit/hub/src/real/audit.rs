//! What a hub's API server was asked for in the name of one user, as its own audit log tells it.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The file that says what is to be recorded.
pub(super) const POLICY: &str = "audit-policy.json";
/// The file of the record.
pub(super) const LOG: &str = "audit.log";

/// A request that the server has answered, or begun to answer where it is a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// As roles name it.
    pub verb: String,
    /// The API group; empty: the core's, or none at all.
    pub group: String,
    /// With its subresource, as roles name it; empty: a path that is no resource's.
    pub resource: String,
    /// Empty where it is in none.
    pub namespace: String,
    /// The object; empty where it is about a collection, or about one that is new.
    pub name: String,
    /// The status code of the answer.
    pub code: u64,
}

impl Asked {
    /// Whether it changed a slice or the status of a Placement, or was meant to.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        let is_ours = ["placements/status", "placementdecisions", "placementdecisions/status"];
        is_ours.contains(&self.resource.as_str()) && !["get", "list", "watch"].contains(&self.verb.as_str())
    }
}

/// Writes the policy: all that this user asks for, and nothing else.
pub(super) fn prepare(folder: &Path, user: &str) -> Result<()> {
    let policy = json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [{ "level": "Metadata", "users": [user] }, { "level": "None" }],
    });
    fs::write(folder.join(POLICY), policy.to_string()).context(POLICY)
}

/// The record so far. A line is written as its answer is sent; that of a watch as it begins, and another as it ends.
pub(super) fn read(folder: &Path) -> Result<Vec<Asked>> {
    let log = fs::read_to_string(folder.join(LOG)).context(LOG)?;
    // Whoever reads while the server writes may see a part of the last line.
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    whole.lines().map(|line| Ok(asked(&serde_json::from_str(line).context(LOG)?))).collect()
}

fn asked(event: &Value) -> Asked {
    let about = &event["objectRef"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let resource = match about["subresource"].as_str() {
        Some(sub) => text(&about["resource"]) + "/" + sub,
        None => text(&about["resource"]),
    };
    Asked {
        verb: text(&event["verb"]),
        group: text(&about["apiGroup"]),
        resource,
        namespace: text(&about["namespace"]),
        name: text(&about["name"]),
        code: event["responseStatus"]["code"].as_u64().unwrap_or_default(),
    }
}
