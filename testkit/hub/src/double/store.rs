//! What is stored, and every version that ever was, in order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::resource::{Key, Resource};

/// The resourceVersion before the first write: a real hub has written a lot before anybody asks.
pub const FIRST: u64 = 1000;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It was there before.
    Modified,
    /// It is gone.
    Deleted,
}

impl Change {
    /// The type of a watch event.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Added => "ADDED",
            Change::Modified => "MODIFIED",
            Change::Deleted => "DELETED",
        }
    }
}

/// Who writes, and when.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Since the double began.
    pub at: Duration,
    /// The same as objects carry it.
    pub time: String,
    /// The name of a client.
    pub by: Arc<str>,
}

/// One version of one object.
#[derive(Clone, Debug)]
pub struct Version {
    /// The resourceVersion.
    pub revision: u64,
    /// What happened.
    pub change: Change,
    /// To which object.
    pub key: Key,
    /// The object from here on; of one that is gone the last.
    pub object: Arc<Value>,
    /// By whom, when.
    pub stamp: Stamp,
}

/// All objects under one counter of versions, as in etcd.
#[derive(Debug, Default)]
pub struct Store {
    objects: BTreeMap<Key, Arc<Value>>,
    log: Vec<Version>,
    compacted: u64,
    born: u64,
}

impl Store {
    /// The resourceVersion of the last write.
    #[must_use]
    pub fn revision(&self) -> u64 {
        FIRST + self.log.len() as u64
    }

    /// Every version, the oldest first.
    #[must_use]
    pub fn log(&self) -> &[Version] {
        &self.log
    }

    /// The versions after this one.
    #[must_use]
    pub fn since(&self, revision: u64) -> &[Version] {
        let from = usize::try_from(revision.saturating_sub(FIRST)).unwrap_or(usize::MAX);
        self.log.get(from..).unwrap_or_default()
    }

    /// The oldest version that can still be watched from.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.compacted
    }

    /// Forgets, as etcd does every few minutes, what came before this version: who asks for it gets 410.
    pub fn compact(&mut self, revision: u64) {
        self.compacted = self.compacted.max(revision);
    }

    /// An object as it is now.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// All objects.
    pub fn objects(&self) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        self.objects.iter()
    }

    /// The objects of one resource at this version, in the order of keys.
    #[must_use]
    pub fn view(&self, resource: Resource, revision: u64) -> BTreeMap<Key, Arc<Value>> {
        if revision >= self.revision() {
            let here = self.objects.range(Key::new(resource, "", "")..).take_while(|(key, _)| key.resource == resource);
            return here.map(|(key, object)| (key.clone(), Arc::clone(object))).collect();
        }
        let mut view = BTreeMap::new();
        for version in self.log.iter().take_while(|v| v.revision <= revision).filter(|v| v.key.resource == resource) {
            match version.change {
                Change::Deleted => view.remove(&version.key),
                Change::Added | Change::Modified => view.insert(version.key.clone(), Arc::clone(&version.object)),
            };
        }
        view
    }

    /// Takes a version over as another hub has it, so that both are looked at by the same eyes. What is filled so makes
    /// no versions of its own.
    pub fn learn(&mut self, version: Version) {
        match version.change {
            Change::Deleted => self.objects.remove(&version.key),
            Change::Added | Change::Modified => self.objects.insert(version.key.clone(), Arc::clone(&version.object)),
        };
        self.log.push(version);
    }

    /// A uid that no object had before.
    pub(super) fn uid(&mut self) -> String {
        self.born += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.born)
    }

    /// Stores a version, which gets the next resourceVersion.
    pub(super) fn commit(&mut self, change: Change, key: Key, mut object: Value, stamp: Stamp) -> Arc<Value> {
        let revision = self.revision() + 1;
        object["metadata"]["resourceVersion"] = revision.to_string().into();
        let object = Arc::new(object);
        self.learn(Version { revision, change, key, object: Arc::clone(&object), stamp });
        object
    }
}
