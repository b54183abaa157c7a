//! The lease: nothing is written without it, and nothing but its loss ends a process.

use std::time::Duration;

use controller::hub::{Ended, Timings};
use hub::double::{Double, Exchange, Resource, Store, Verb, Version};

use super::told;
use crate::run::is_decision;

/// How a process ended by itself.
#[derive(Debug)]
pub struct End {
    /// The client it was.
    pub client: String,
    /// When, since the double began.
    pub at: Duration,
    /// `Err`: with an error, or a panic.
    pub how: Result<Ended, String>,
}

/// No decision is written without the lease: while somebody else holds it and we must know, or could not renew it in time.
pub fn fenced(store: &Store, record: &[Exchange]) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, exchange) in record.iter().enumerate().filter(|(_, exchange)| is_decision(exchange)) {
        let holder = holder(store, |version| version.revision <= exchange.sent_at);
        if holder.as_deref() == Some(&*exchange.client) {
            continue;
        }
        let ours = |e: &&Exchange| is_renewal(e, &exchange.client);
        let renewed = record[..at].iter().filter(ours).rfind(|e| e.verb.is_write());
        let told = record[..at].iter().filter(ours).any(|e| e.verb == Verb::Get && renewed.is_none_or(|r| r.at < e.at));
        let late = renewed.is_none_or(|renewed| exchange.at >= renewed.at + Timings::default().lease);
        if late || told {
            problems.push(format!("without the lease, which is {holder:?}'s: {}", self::told(exchange)));
        }
    }
    problems
}

/// A process ends by itself only when its lease is lost (§17.2): somebody else holds it, or it could not be renewed in
/// time. One that never got an answer gives up after 10 minutes (TRIG-11).
pub fn ended(double: &Double, ends: &[End]) -> Vec<String> {
    let record = double.exchanges();
    let wrong = |end: &&End| {
        let mut renewals = record.iter().filter(|e| is_renewal(e, &end.client) && e.verb.is_write() && e.at <= end.at);
        let renewed = renewals.next_back().map(|e| e.at);
        let late = renewed.is_some_and(|renewed| end.at >= renewed + Timings::default().renew);
        let holder = double.look(|store| holder(store, |version| version.stamp.at <= end.at));
        let is_lost = renewed.is_some() && (late || holder.as_deref() != Some(&*end.client));
        let mut answered = record.iter().filter(|e| *e.client == *end.client && e.is_success());
        let gave_up = end.how.as_ref().is_err_and(|why| why.contains("within 10 minutes"));
        let is_right = if gave_up { answered.next().is_none() } else { is_lost && end.how == Ok(Ended::LeaseLost) };
        !is_right
    };
    ends.iter().filter(wrong).map(|end| format!("the process ended without its lease being lost: {end:?}")).collect()
}

/// A request for the lease by this client that it knows of to have succeeded.
fn is_renewal(exchange: &Exchange, client: &str) -> bool {
    &*exchange.client == client && exchange.resource == Resource::Leases && exchange.is_success()
}

/// Who held the lease after the last of these versions.
fn holder(store: &Store, upto: impl Fn(&Version) -> bool) -> Option<String> {
    let leases = store.log().iter().take_while(|version| upto(version)).filter(|v| v.key.resource == Resource::Leases);
    Some(leases.last()?.object["spec"]["holderIdentity"].as_str()?.to_owned())
}
