//! Leader election over the lease that upstream uses, with its timings, so that ours and upstream's never write at once.
//!
//! Who holds it is judged by one's own clock: a lease has run out when its record has not changed for its duration,
//! whatever times stand in it. The holder stops writing when it could not renew for the renew deadline, which is shorter.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};
use tracing::{debug, info, warn};

use super::calls::{Calls, Failure};
use super::clock::Clock;
use super::fence::Fence;
use super::settings::{Candidate, Timings};

const JSON: &str = "application/json";

/// The longest wait between two looks at a lease that somebody else holds: one that is given back is taken soon.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long it may take to give the lease back: whoever asked us to end waits, and does so for half a minute only.
const RELEASE_MAX: Duration = Duration::from_secs(5);
/// Between two tries to renew after one that failed.
const AGAIN: Duration = Duration::from_secs(2);

/// One candidate.
#[derive(Debug)]
pub(super) struct Election {
    calls: Calls,
    fence: Fence,
    clock: Arc<dyn Clock>,
    namespace: String,
    /// The lease's name.
    name: String,
    /// Who we are: no two processes are the same.
    identity: String,
    timings: Timings,
    observed: Option<Observed>,
}

/// A record, and since when it has been as it is.
#[derive(Clone, Debug)]
struct Observed {
    lease: Lease,
    since: Instant,
}

/// What a try came to.
#[derive(Debug)]
enum Tried {
    Held,
    /// Somebody else holds it, until then at the least.
    Taken(Instant),
}

impl Election {
    /// A candidate that knows nothing yet.
    pub fn new(calls: Calls, fence: Fence, clock: Arc<dyn Clock>, namespace: String, candidate: Candidate) -> Election {
        let Candidate { lease: name, identity, timings } = candidate;
        Election { calls, fence, clock, namespace, name, identity, timings, observed: None }
    }

    /// Waits until the lease is held.
    pub async fn acquire(&mut self) {
        loop {
            let wait = match self.take().await {
                Ok(Tried::Held) => {
                    info!(lease = self.name, identity = self.identity, "became leader");
                    return;
                }
                // It may run out sooner than the next look is due.
                Ok(Tried::Taken(until)) => {
                    LOOK_EVERY.min(self.timings.retry).min(until.saturating_duration_since(Instant::now()))
                }
                Err(failure) => {
                    debug!(lease = self.name, %failure, "cannot take the lease");
                    AGAIN
                }
            };
            sleep(wait.max(Duration::from_millis(50))).await;
        }
    }

    /// Renews the lease until it is lost. Writes end at the fence by then.
    pub async fn keep(&mut self) {
        loop {
            sleep(self.timings.retry).await;
            loop {
                match self.renew().await {
                    Ok(Tried::Held) => break,
                    Ok(Tried::Taken(_)) => {
                        self.fence.close();
                        warn!(lease = self.name, "somebody else holds the lease");
                        return;
                    }
                    Err(failure) => warn!(lease = self.name, %failure, "cannot renew the lease"),
                }
                if !self.fence.is_held() {
                    warn!(lease = self.name, "the lease could not be renewed in time");
                    return;
                }
                sleep(AGAIN.min(self.timings.retry)).await;
            }
        }
    }

    /// Gives the lease back if it is ours, so that the next one need not wait for it to run out.
    pub async fn release(&mut self) {
        self.fence.close();
        let given = timeout(RELEASE_MAX, self.give_back()).await;
        match given.unwrap_or_else(|_| Err(Failure::Unknown("no answer in time".to_owned()))) {
            Ok(true) => info!(lease = self.name, "gave the lease back"),
            Ok(false) => {}
            Err(failure) => warn!(lease = self.name, %failure, "could not give the lease back"),
        }
    }

    /// Whether it was ours to give. Looks first: whoever ends in the middle of a renewal does not know what it came to,
    /// and one that is still on its way makes another version of what was just seen.
    async fn give_back(&mut self) -> Result<bool, Failure> {
        loop {
            let Some(mut lease) = self.look().await? else { return Ok(false) };
            let spec = lease.spec.take().unwrap_or_default();
            if spec.holder_identity.as_deref() != Some(&self.identity) {
                return Ok(false);
            }
            let now = self.now();
            lease.spec = Some(LeaseSpec {
                holder_identity: Some(String::new()),
                lease_duration_seconds: Some(1),
                acquire_time: Some(now.clone()),
                renew_time: Some(now),
                ..spec
            });
            match self.put(&lease).await {
                Err(Failure::Conflict(_)) => {}
                other => return other.map(|_| true),
            }
        }
    }

    /// Renews what was observed last, or looks first where that is not the newest any more.
    async fn renew(&mut self) -> Result<Tried, Failure> {
        let Some(Observed { lease, .. }) = self.observed.clone() else { return self.take().await };
        match self.hold(lease).await {
            Err(Failure::Conflict(_) | Failure::NotFound(_)) => self.take().await,
            other => other,
        }
    }

    /// Looks at the lease, and takes it if nobody holds it.
    async fn take(&mut self) -> Result<Tried, Failure> {
        let Some(lease) = self.look().await? else { return self.create().await };
        let seen = self.observed.take().filter(|seen| seen.lease.spec == lease.spec);
        let since = seen.map_or_else(Instant::now, |seen| seen.since);
        self.observed = Some(Observed { lease: lease.clone(), since });
        let spec = lease.spec.clone().unwrap_or_default();
        let holder = spec.holder_identity.unwrap_or_default();
        let lasts = u64::try_from(spec.lease_duration_seconds.unwrap_or(0)).unwrap_or(0);
        let until = since + Duration::from_secs(lasts);
        if !holder.is_empty() && holder != self.identity && Instant::now() < until {
            return Ok(Tried::Taken(until));
        }
        self.hold(lease).await
    }

    /// The lease as it stands, if there is one.
    async fn look(&self) -> Result<Option<Lease>, Failure> {
        match self.calls.get(&self.uri(), JSON).await {
            Ok(body) => object(&body).map(Some),
            Err(Failure::NotFound(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Writes us into the lease, as the version that was seen.
    async fn hold(&mut self, mut lease: Lease) -> Result<Tried, Failure> {
        let sent = Instant::now();
        let old = lease.spec.take().unwrap_or_default();
        let is_ours = old.holder_identity.as_deref() == Some(&self.identity);
        let transitions = old.lease_transitions.unwrap_or(0) + i32::from(!is_ours);
        let acquired = old.acquire_time.filter(|_| is_ours);
        lease.spec = Some(self.spec(acquired, transitions));
        let lease = self.put(&lease).await?;
        Ok(self.held(lease, sent))
    }

    async fn create(&mut self) -> Result<Tried, Failure> {
        let sent = Instant::now();
        let metadata = ObjectMeta {
            name: Some(self.name.clone()),
            namespace: Some(self.namespace.clone()),
            ..ObjectMeta::default()
        };
        let lease = Lease { metadata, spec: Some(self.spec(None, 0)) };
        let body = self.calls.unfenced(Method::POST, &self.path(), JSON, bytes(&lease)?).await?;
        let lease = object(&body)?;
        Ok(self.held(lease, sent))
    }

    fn held(&mut self, lease: Lease, sent: Instant) -> Tried {
        self.observed = Some(Observed { lease, since: sent });
        // From when it was sent: others may count from the moment it was stored.
        self.fence.hold(sent + self.timings.renew);
        Tried::Held
    }

    fn spec(&self, acquired: Option<MicroTime>, transitions: i32) -> LeaseSpec {
        let now = self.now();
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(self.timings.lease.as_secs()).ok(),
            acquire_time: acquired.or_else(|| Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: Some(transitions),
            ..LeaseSpec::default()
        }
    }

    async fn put(&self, lease: &Lease) -> Result<Lease, Failure> {
        object(&self.calls.unfenced(Method::PUT, &self.uri(), JSON, bytes(lease)?).await?)
    }

    fn uri(&self) -> String {
        format!("{}/{}", self.path(), self.name)
    }

    fn path(&self) -> String {
        format!("/apis/coordination.k8s.io/v1/namespaces/{}/leases", self.namespace)
    }

    fn now(&self) -> MicroTime {
        MicroTime(Timestamp::from_nanosecond(self.clock.now().unix_nanos()).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

fn bytes(lease: &Lease) -> Result<Bytes, Failure> {
    let body = serde_json::to_vec(lease).map(Bytes::from);
    body.map_err(|wrong| Failure::Unknown(format!("the lease cannot be written down: {wrong}")))
}

fn object(body: &[u8]) -> Result<Lease, Failure> {
    serde_json::from_slice(body).map_err(|wrong| Failure::Unknown(format!("the answer is no lease: {wrong}")))
}

#[cfg(test)]
mod tests;
