//! The garbage collector: what only dead owners own goes too, a little later.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::resource::Key;
use super::write::{Preconditions, metadata};
use super::{Double, Store};

impl Double {
    /// Lets go, if the collector runs, what this object owned alone.
    pub(super) fn collect(&self, gone: &Value) {
        let mut state = self.state();
        if !state.collects || state.store.log().last().is_none_or(|v| v.change != super::Change::Deleted) {
            return;
        }
        let owner = metadata(gone, "uid").to_owned();
        let wait = Duration::from_millis(50 + state.chance.below(2000));
        drop(state);
        let double = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            double.sweep(&owner);
        });
    }

    fn sweep(&self, owner: &str) {
        let by: Arc<str> = "garbage-collector".into();
        let mut state = self.state();
        let orphans: Vec<(Key, Preconditions)> = state
            .store
            .objects()
            .filter(|(_, object)| is_orphan(&state.store, object, owner))
            .map(|(key, object)| (key.clone(), Preconditions::of(&object["metadata"])))
            .collect();
        for (key, only) in orphans {
            let stamp = state.stamp(&by);
            // Whoever was quicker has won; the collector would look again.
            let _ = state.store.delete(&key, &only, stamp);
        }
        drop(state);
        self.announce();
    }
}

/// Whether this owner was one of its owners and none is left.
fn is_orphan(store: &Store, object: &Value, owner: &str) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    let uids: Vec<&str> = owners.into_iter().flatten().filter_map(|o| o["uid"].as_str()).collect();
    uids.contains(&owner) && !store.objects().any(|(_, o)| uids.contains(&metadata(o, "uid")))
}
