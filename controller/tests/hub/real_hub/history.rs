//! Every version of a namespace's objects between two points, as a watch tells them.

use std::collections::BTreeMap;
use std::pin::pin;

use anyhow::{Result, bail};
use futures::TryStreamExt;
use kube::Api;
use kube::api::{DynamicObject, WatchEvent, WatchParams};
use serde_json::Value;

use super::state::{clusters, text, version};

/// A write that took effect.
#[derive(Clone, Debug)]
pub struct Change {
    /// The object; of a deletion, as it was, with the version of the deletion.
    pub object: Value,
    pub is_deletion: bool,
}

/// The changes of a collection after one version and before another: the change to that one is the last.
pub async fn between(api: &Api<DynamicObject>, after: u64, until: u64) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    if after >= until {
        return Ok(changes);
    }
    let mut events = pin!(api.watch(&WatchParams::default().timeout(60), &after.to_string()).await?);
    while let Some(event) = events.try_next().await? {
        let (object, is_deletion) = match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => (object, false),
            WatchEvent::Deleted(object) => (object, true),
            WatchEvent::Bookmark(_) => continue,
            WatchEvent::Error(status) => bail!("{status:?}"),
        };
        let object = serde_json::to_value(object)?;
        let at = version(&object);
        changes.push(Change { object, is_deletion });
        if at >= until {
            return Ok(changes);
        }
    }
    bail!("the watch ended before version {until}")
}

/// The slices of a namespace by name, replayed change by change; `look` sees what stood after each.
pub fn replay(from: &[Value], changes: &[Change], mut look: impl FnMut(&BTreeMap<String, Value>, &Change)) {
    let name = |object: &Value| text(&object["metadata"]["name"]).to_owned();
    let mut stands: BTreeMap<String, Value> = from.iter().map(|slice| (name(slice), slice.clone())).collect();
    for change in changes {
        if change.is_deletion {
            stands.remove(&name(&change.object));
        } else {
            stands.insert(name(&change.object), change.object.clone());
        }
        look(&stands, change);
    }
}

/// Whether a cluster is in some slice.
pub fn is_decided(stands: &BTreeMap<String, Value>, cluster: &str) -> bool {
    stands.values().any(|slice| clusters(slice).contains(&cluster))
}
