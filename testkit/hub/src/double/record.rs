//! What was asked, in order: the record that invariants are judged by.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::request::{Request, Verb};
use super::resource::Resource;
use super::write::Preconditions;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When it was sent, since the double began.
    pub at: Duration,
    /// By which client.
    pub client: Arc<str>,
    /// What was asked for.
    pub verb: Verb,
    /// Of which resource.
    pub resource: Resource,
    /// Empty for all.
    pub namespace: String,
    /// Empty for all.
    pub name: String,
    /// Whether of its status.
    pub status: bool,
    /// The options.
    pub query: BTreeMap<String, String>,
    /// The version that a write was made for.
    pub preconditions: Preconditions,
    /// What a lease that is written says of its holder.
    pub claims: Option<String>,
    /// The newest version when it was sent.
    pub sent_at: u64,
    /// What the client got; `None` while it waits.
    pub outcome: Option<Outcome>,
    /// The version that a write made, whether the client got to know or not.
    pub made: Option<u64>,
}

/// What a watch or a list told a client of one resource.
#[derive(Clone, Debug)]
pub struct Told {
    /// When it was sent, since the double began.
    pub at: Duration,
    /// The client.
    pub client: Arc<str>,
    /// Of which resource.
    pub resource: Resource,
    /// What it knows then.
    pub news: News,
}

/// What a client knows once it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// This very version.
    Change(u64),
    /// All that was there at this version.
    All(u64),
}

/// What a client got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with this HTTP status.
    Answer(u16),
    /// The connection broke.
    Broken,
}

impl Exchange {
    pub(super) fn new(request: &Request, at: Duration, client: Arc<str>, sent_at: u64) -> Exchange {
        let holder = |body: &serde_json::Value| body["spec"]["holderIdentity"].as_str().map(str::to_owned);
        Exchange {
            at,
            client,
            verb: request.verb,
            resource: request.resource,
            namespace: request.namespace.clone(),
            name: request.name.clone(),
            status: request.status,
            query: request.query.clone(),
            preconditions: request.preconditions(),
            claims: holder(&request.body).filter(|_| request.verb.is_write()),
            sent_at,
            outcome: None,
            made: None,
        }
    }

    /// Whether it writes what a controller decides: a slice or the status of a Placement.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        self.verb.is_write() && matches!(self.resource, Resource::Placements | Resource::PlacementDecisions)
    }

    /// Whether it succeeded, as far as its client knows.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Answer(200..=299)))
    }
}
