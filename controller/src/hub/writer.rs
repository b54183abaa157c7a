//! The writes of one placement, one after the other, and what was found in their place where one failed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use api::bind::{Call, Expect, Version, Write};
use api::kinds::{Placement, PlacementDecision};
use api::read::Kind;
use bytes::Bytes;
use http::Method;
use scheduler_core::{Difference, Differences, PlacementKey};
use tracing::{debug, warn};

use super::calls::{Calls, Failure};
use super::events::{Events, Regarding};
use super::planted::{self, Planted};
use super::source::{number, placement_path, slices_path};
use crate::metrics::Metrics;

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What is to be written for one placement.
#[derive(Debug)]
pub(super) struct Plan {
    pub key: PlacementKey,
    /// Whom its events regard.
    pub regarding: Regarding,
    pub writes: Vec<Write>,
    pub differences: Differences,
    pub news: News,
}

/// What watches tell of a placement's slices while it is being written: which are at which version, or gone.
#[derive(Clone, Debug, Default)]
pub(super) struct News {
    slices: Arc<Mutex<BTreeMap<String, Option<u64>>>>,
}

impl News {
    /// A slice is at this version, or gone.
    pub fn tell(&self, slice: &str, at: Option<u64>) {
        self.slices.lock().unwrap_or_else(PoisonError::into_inner).insert(slice.to_owned(), at);
    }
}

/// How it went.
#[derive(Debug)]
pub(super) struct Written {
    pub key: PlacementKey,
    /// The objects as they stand now, as far as the writes or a look after a failed one tell.
    pub found: Vec<Found>,
    /// The first failure.
    pub failure: Option<Failure>,
}

/// An object that was written or looked at.
#[derive(Debug)]
pub(super) enum Found {
    /// As it stands now.
    There(Kind),
    /// No such slice is there.
    NoSlice(String),
    /// The placement itself is gone.
    NoPlacement,
}

/// Makes the writes of a plan in order (C13). Never fails: what failed is told.
pub(super) async fn write(plan: Plan, calls: &Calls, events: &Events, metrics: &Metrics) -> Written {
    let Plan { key, regarding, writes, differences, news } = plan;
    let mut writer = Writer { calls, namespace: key.namespace.as_str(), found: BTreeMap::new(), placement: None };
    let mut failure: Option<Failure> = None;
    for Write { call, events: told } in writes {
        if failure.as_ref().is_some_and(|failure| !is_still_to_make(&call, failure, differences)) {
            continue;
        }
        if !planted::is(Planted::PlansKept)
            && let Some(slice) = writer.overtaken(&news)
        {
            failure.get_or_insert(Failure::Conflict(format!("somebody else changed {slice} meanwhile")));
            break;
        }
        let made = writer.make(&call).await;
        metrics.wrote(verb(&call), made.is_ok());
        match made {
            Ok(version) => {
                debug!(placement = %key, %call, "written");
                told.into_iter().for_each(|event| events.tell(&regarding, event, version.clone()));
            }
            Err(problem) if planted::is(Planted::ErrorsIgnored) && problem != Failure::Fenced => {}
            Err(problem) => {
                match problem {
                    Failure::Conflict(_) => debug!(placement = %key, %call, %problem, "not written"),
                    _ => warn!(placement = %key, %call, %problem, "not written"),
                }
                writer.look(&call, &key, &problem).await;
                failure.get_or_insert(problem);
            }
        }
    }
    let Writer { found, placement, .. } = writer;
    let found = found.into_iter().map(|(name, slice)| match slice {
        Some(slice) => Found::There(Kind::PlacementDecision(Box::new(slice))),
        None => Found::NoSlice(name),
    });
    Written { key, found: found.chain(placement).collect(), failure }
}

/// Whether a call is still to be made after an earlier one failed. Where the server refused that one, trying again will
/// not help soon: the others are made (Q2), but for those that might take a cluster away that the refused one was to
/// receive (C18). After any other failure all of them are planned anew.
fn is_still_to_make(call: &Call, failure: &Failure, differences: Differences) -> bool {
    let takes_away = matches!(call, Call::PatchStatus { .. } | Call::Delete { .. });
    matches!(failure, Failure::Refused { .. }) && !(takes_away && differences.has(Difference::Q17))
}

struct Writer<'a> {
    calls: &'a Calls,
    namespace: &'a str,
    /// Slices by name; `None`: there is none.
    found: BTreeMap<String, Option<PlacementDecision>>,
    placement: Option<Found>,
}

impl Writer<'_> {
    /// Makes one call: the version of the object that stands then.
    async fn make(&mut self, call: &Call) -> Result<Version, Failure> {
        let slices = slices_path(self.namespace);
        let returned = match expect(call) {
            Some(Expect::Returned) => {
                let before = self.found.get(call.name()).and_then(Option::as_ref).map(Version::of);
                before.ok_or_else(|| Failure::Conflict("the call before it failed".to_owned()))?
            }
            _ => Version::default(),
        };
        let mut body = call.body(&returned);
        if planted::is(Planted::NoPrecondition) && matches!(call, Call::Delete { .. }) {
            body["preconditions"].take();
        }
        let body = Bytes::from(body.to_string());
        let name = call.name();
        let (method, uri, content) = match call {
            Call::Create { .. } => (Method::POST, slices, JSON),
            Call::PatchStatus { .. } => (Method::PATCH, format!("{slices}/{name}/status"), MERGE_PATCH),
            Call::PatchLabels { .. } => (Method::PATCH, format!("{slices}/{name}"), MERGE_PATCH),
            Call::Delete { .. } => (Method::DELETE, format!("{slices}/{name}"), JSON),
            Call::PatchPlacementStatus { .. } => {
                (Method::PATCH, format!("{}/status", placement_path(self.namespace, name)), MERGE_PATCH)
            }
        };
        let answer = self.calls.write(method, &uri, content, body).await;
        match call {
            Call::Delete { expect, .. } => {
                if let Err(failure) = answer
                    && !matches!(failure, Failure::NotFound(_))
                {
                    return Err(failure);
                }
                self.found.insert(name.to_owned(), None);
                Ok(if let Expect::Recorded(version) = expect { version.clone() } else { returned })
            }
            Call::PatchPlacementStatus { .. } => {
                let object: Placement = object(&answer?)?;
                let version = Version::of(&object);
                self.placement = Some(Found::There(Kind::Placement(Box::new(object))));
                Ok(version)
            }
            _ => {
                let object: PlacementDecision = object(&answer?)?;
                let version = Version::of(&object);
                self.found.insert(name.to_owned(), Some(object));
                Ok(version)
            }
        }
    }

    /// A slice that somebody else changed since the plan was made: what is left of it may count on what is gone. A write
    /// names the version of its own slice only, not of the one that it hands a cluster over to (C18).
    fn overtaken(&self, news: &News) -> Option<String> {
        let told = news.slices.lock().unwrap_or_else(PoisonError::into_inner);
        let is_foreign = |(slice, at): &(&String, &Option<u64>)| match (self.found.get(*slice), at) {
            (Some(Some(written)), Some(at)) => number(&written.metadata.resource_version) < *at,
            (Some(Some(_)), None) | (None, _) => true,
            // We deleted it; what is still told of it came before.
            (Some(None), _) => false,
        };
        told.iter().find(is_foreign).map(|(slice, _)| slice.clone())
    }

    /// Looks at what stands where a call failed, so that it can be planned anew without waiting for the watch.
    async fn look(&mut self, call: &Call, key: &PlacementKey, failure: &Failure) {
        if matches!(failure, Failure::Fenced | Failure::Busy { .. }) {
            return;
        }
        if let Call::PatchPlacementStatus { name, .. } = call {
            match self.calls.get(&placement_path(&key.namespace, name), JSON).await {
                Ok(body) => {
                    let object = object::<Placement>(&body);
                    self.placement = object.ok().map(|object| Found::There(Kind::Placement(Box::new(object))));
                }
                Err(Failure::NotFound(_)) => self.placement = Some(Found::NoPlacement),
                Err(_) => {}
            }
            return;
        }
        let uri = format!("{}/{}", slices_path(self.namespace), call.name());
        match self.calls.get(&uri, JSON).await {
            Ok(body) => {
                if let Ok(object) = object(&body) {
                    self.found.insert(call.name().to_owned(), Some(object));
                }
            }
            Err(Failure::NotFound(_)) => {
                self.found.insert(call.name().to_owned(), None);
            }
            Err(_) => {}
        }
    }
}

/// The version a call names; a create names none.
fn expect(call: &Call) -> Option<&Expect> {
    match call {
        Call::Create { .. } => None,
        Call::PatchStatus { expect, .. }
        | Call::PatchLabels { expect, .. }
        | Call::Delete { expect, .. }
        | Call::PatchPlacementStatus { expect, .. } => Some(expect),
    }
}

/// What the call is counted as.
fn verb(call: &Call) -> &'static str {
    match call {
        Call::Create { .. } => "create_decision",
        Call::PatchStatus { .. } => "patch_decision_status",
        Call::PatchLabels { .. } => "patch_decision_labels",
        Call::Delete { .. } => "delete_decision",
        Call::PatchPlacementStatus { .. } => "patch_placement_status",
    }
}

fn object<K: serde::de::DeserializeOwned>(body: &[u8]) -> Result<K, Failure> {
    serde_json::from_slice(body).map_err(|wrong| Failure::Unknown(format!("the answer is no object: {wrong}")))
}
