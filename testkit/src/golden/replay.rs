//! What is recorded after the writes of one reconciliation, and the calls it took.
//!
//! The bodies are applied as an API server applies them, by a merge of our own: what `api` believes its writes to do is
//! not asked.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use api::bind::{Call, Recorded, Version, Write, bind};
use scheduler_core::{Decision, Differences};
use serde_json::{Value, json};

use super::case::{In, Out, SliceAfter};
use crate::generate::NOW;

/// Binds as upstream does and tells what stands afterwards.
///
/// # Errors
/// A write that concerns nothing recorded, or leaves what is no object of its kind.
pub(super) fn replay(case: &In, decision: &Decision) -> Result<Out> {
    let recorded = Recorded::new(case.placement.clone(), case.decisions.iter().cloned());
    let writes = bind(decision, &recorded, &Differences::NONE, NOW);
    let mut server = Server::of(case)?;
    for write in &writes {
        server.apply(write)?;
    }
    server.tell(calls(&writes))
}

/// The placement and the slices of its namespace, as JSON.
struct Server {
    placement: Value,
    slices: BTreeMap<String, Value>,
}

impl Server {
    fn of(case: &In) -> Result<Server> {
        let namespace = &case.placement.metadata.namespace;
        let here = case.decisions.iter().filter(|d| d.metadata.namespace == *namespace);
        let slices = here.map(|d| Ok((d.metadata.name.clone(), serde_json::to_value(d)?))).collect::<Result<_>>()?;
        Ok(Server { placement: serde_json::to_value(&case.placement)?, slices })
    }

    fn apply(&mut self, write: &Write) -> Result<()> {
        let call = &write.call;
        let name = call.name().to_owned();
        let mut body = call.body(&Version::default());
        let missing = || format!("`{call}` concerns nothing recorded");
        match call {
            Call::Create { .. } => {
                // The status goes another way (BIND-1).
                body["status"] = json!({});
                anyhow::ensure!(self.slices.insert(name, body).is_none(), "`{call}` exists already");
            }
            Call::Delete { .. } => drop(self.slices.remove(&name).with_context(missing)?),
            Call::PatchStatus { .. } | Call::PatchLabels { .. } => {
                merge(self.slices.get_mut(&name).with_context(missing)?, &body);
            }
            Call::PatchPlacementStatus { .. } => merge(&mut self.placement, &body),
        }
        Ok(())
    }

    fn tell(self, actions: Vec<String>) -> Result<Out> {
        let placement: api::kinds::Placement = serde_json::from_value(self.placement)?;
        let mut out = Out {
            num: placement.status.number_of_selected_clusters,
            groups: placement.status.decision_groups,
            actions,
            ..Out::default()
        };
        for c in placement.status.conditions {
            out.conds.insert(c.r#type, [c.status, c.reason, c.message]);
        }
        for (name, slice) in self.slices {
            let slice: api::kinds::PlacementDecision = serde_json::from_value(slice)?;
            let decisions = slice.status.decisions.into_iter().map(|d| d.cluster_name).collect();
            out.pds.insert(name, SliceAfter { decisions, labels: slice.metadata.labels });
        }
        Ok(out)
    }
}

/// The recorder's API keeps the status of a create, so the patch that directly follows one is none of its calls.
fn calls(writes: &[Write]) -> Vec<String> {
    let mut calls: Vec<String> = Vec::new();
    let mut created = None;
    for write in writes {
        match &write.call {
            Call::PatchStatus { name, .. } if created.as_ref() == Some(name) => {}
            call => calls.push(call.to_string()),
        }
        created = matches!(write.call, Call::Create { .. }).then(|| write.call.name().to_owned());
    }
    calls
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in patch {
        if value.is_null() {
            if let Some(target) = target.as_object_mut() {
                target.remove(key);
            }
        } else {
            merge(&mut target[key.as_str()], value);
        }
    }
}
