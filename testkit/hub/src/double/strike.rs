//! How faults come about.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch as signal;
use tokio::time::Instant;

use super::fault::{Act, Answer, Edit, Fault, Moment, Rule};
use super::request::Request;
use super::resource::{Key, Resource};
use super::state::State;
use super::watch::Cut;
use super::write::Preconditions;
use super::{Change, Double};

/// Who does what no client of ours does.
pub(super) const RIVAL: &str = "rival";

/// How long a lease is that a rival takes, in seconds.
const RIVAL_LEASE: u64 = 137;

/// What befalls one request.
#[derive(Debug, Default)]
pub(super) struct Strike {
    pub(super) before: Vec<Act>,
    pub(super) answer: Option<Answer>,
    pub(super) after: Vec<Act>,
}

impl State {
    /// Takes the faults that this request meets.
    pub(super) fn strike(&mut self, client: &str, request: &Request) -> Strike {
        let mut strike = Strike::default();
        self.rules.retain_mut(|rule| {
            if !rule.when.matches(client, request) {
                return true;
            }
            if rule.when.skip > 0 {
                rule.when.skip -= 1;
                return true;
            }
            match &rule.fault {
                Fault::Answer(answer) => strike.answer = Some(*answer),
                Fault::Act(Moment::Before, act) => strike.before.push(act.clone()),
                Fault::Act(Moment::After, act) => strike.after.push(act.clone()),
            }
            false
        });
        strike
    }

    fn act(&mut self, act: &Act, request: &Request, client: &Arc<str>) {
        let now = Instant::now();
        let newest = self.store.revision();
        match act {
            Act::Cut(how) => self.cut_all(*how),
            Act::Expire => {
                self.store.compact(newest);
                self.cut_all(Cut::Expired);
            }
            Act::LoseEvent => drop(self.lost_events.insert(newest)),
            Act::DoubleEvent => drop(self.doubled_events.insert(newest)),
            Act::DelayEvent => drop(self.late_events.insert(newest)),
            Act::SlowLists(takes, lasts) => self.slow_lists = Some((*takes, now + *lasts)),
            Act::RefuseStreaming => self.streaming = false,
            Act::CutList(pages) => self.cut_after_pages = Some(*pages),
            Act::FallBehind(events, lasts) => {
                self.behind = Some((newest.saturating_sub(*events).max(super::FIRST), now + *lasts));
                self.cut_all(Cut::Clean);
            }
            Act::Down(lasts) => {
                self.down_until = Some(now + *lasts);
                self.cut_all(Cut::MidLine);
            }
            Act::StealLease => self.steal_leases(Duration::ZERO),
            // Written before the pause and dated at its end, because whoever was paused must not find it free.
            Act::Pause(lasts) => self.steal_leases(*lasts),
            Act::Jump(seconds) => self.clock.jump(*seconds),
            Act::Kill => drop(self.dead.insert(Arc::clone(client))),
            Act::Edit(edit) => self.edit(*edit, &request.key()),
        }
    }

    /// A rival becomes the holder of every lease there is.
    fn steal_leases(&mut self, later: Duration) {
        let leases: Vec<Key> =
            self.store.objects().map(|(key, _)| key.clone()).filter(|key| key.resource == Resource::Leases).collect();
        for key in leases {
            let time = self.clock.stamp_in(later).replace('Z', ".000000Z");
            let spec = json!({
                "holderIdentity": RIVAL, "leaseDurationSeconds": RIVAL_LEASE, "acquireTime": time, "renewTime": time,
            });
            let stamp = self.stamp(&RIVAL.into());
            // It was there a moment ago, and any spec may be written.
            let _ = self.store.patch(&key, false, &json!({ "spec": spec }), stamp);
        }
    }

    /// Does nothing where the object is not there.
    fn edit(&mut self, edit: Edit, key: &Key) {
        let by = RIVAL.into();
        let Some(object) = self.store.get(key).cloned() else { return };
        let slice = key.resource == Resource::PlacementDecisions;
        let stranger = json!([{ "clusterName": "stranger", "reason": "" }]);
        let (status, patch) = match edit {
            Edit::Status if slice => (true, json!({ "status": { "decisions": stranger } })),
            Edit::Status => (true, json!({ "status": { "decisionGroups": [], "numberOfSelectedClusters": 77 } })),
            Edit::Decisions => (true, json!({ "status": { "decisions": [] } })),
            Edit::Labels => {
                let old = object["metadata"]["labels"].as_object().into_iter().flatten();
                let mut labels: serde_json::Map<_, _> = old.map(|(key, _)| (key.clone(), Value::Null)).collect();
                labels.insert("rival".to_owned(), "was-here".into());
                (false, json!({ "metadata": { "labels": labels } }))
            }
            Edit::GroupIndex => {
                let index = json!({ "cluster.open-cluster-management.io/decision-group-index": "7" });
                (false, json!({ "metadata": { "labels": index } }))
            }
            Edit::Owner => {
                let owner = json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": "rival", "uid": "rival", "controller": true }]);
                (false, json!({ "metadata": { "ownerReferences": owner } }))
            }
            Edit::Delete => {
                let stamp = self.stamp(&by);
                drop(self.store.delete(key, &Preconditions::default(), stamp));
                return;
            }
        };
        let stamp = self.stamp(&by);
        drop(self.store.patch(key, status, &patch, stamp));
    }
}

impl Double {
    /// Faults wait for their requests from now on.
    pub fn expect(&self, rules: impl IntoIterator<Item = Rule>) {
        self.state().rules.extend(rules);
    }

    /// Everything works again: what is wrong ends, and faults that have not come do not come. What watches were not told
    /// of, they are not told.
    pub fn heal(&self) {
        let mut state = self.state();
        state.rules.clear();
        state.down_until = None;
        state.behind = None;
        state.slow_lists = None;
        state.cut_after_pages = None;
        drop(state);
        self.announce();
    }

    /// Counts the kills of clients.
    #[must_use]
    pub fn killed(&self) -> signal::Receiver<u64> {
        self.inner.killed.subscribe()
    }

    /// The process of this client is gone: nothing that is left of it gets an answer.
    pub fn bury(&self, client: &str) {
        self.state().dead.insert(client.into());
    }

    /// Something happens around a request. Acts that concern what the request wrote come after it.
    pub(super) async fn happen(&self, acts: &[Act], request: &Request, client: &Arc<str>) {
        for act in acts {
            let before = self.look(super::Store::revision);
            self.state().act(act, request, client);
            if let Act::Pause(lasts) = act {
                // What was let go before is on its way: no client can take that back.
                tokio::time::sleep(Duration::from_millis(1)).await;
                // No task of the process runs meanwhile: all that was due comes at once.
                tokio::time::advance(*lasts).await;
            }
            let deleted = self.look(|store| {
                let new = store.since(before).iter().find(|v| v.change == Change::Deleted);
                new.map(|version| Arc::clone(&version.object))
            });
            if let Some(gone) = deleted {
                self.collect(&gone);
            }
            if *act == Act::Kill {
                self.inner.killed.send_modify(|kills| *kills += 1);
            }
            self.announce();
        }
    }
}
