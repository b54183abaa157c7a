//! A double of a hub's API server, in the process and on tokio's time: it answers what a controller asks as the real one
//! does, can be made to fail in every way a real one fails, and keeps a record of all that was asked and stored.

mod chance;
mod clock;
mod collector;
mod failure;
mod fault;
mod list;
mod merge;
mod record;
mod request;
mod resource;
mod serve;
mod state;
mod store;
mod strike;
#[cfg(test)]
mod tests;
mod watch;
mod write;

pub use chance::Chance;
pub use clock::{BEGIN, SimulatedClock};
pub use failure::Failure;
pub use fault::{Act, Answer, Edit, Fault, Moment, Rule, When};
pub use merge::merge;
pub use record::{Exchange, News, Outcome, Told};
pub use request::{Request, Verb};
pub use resource::{Key, Resource, Served};
pub use store::{Change, FIRST, Stamp, Store, Version};
pub use watch::Cut;
pub use write::{Preconditions, metadata};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch as signal;

use state::State;

/// A handle of the double; clones are the same double.
#[derive(Clone)]
pub struct Double {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    changed: signal::Sender<()>,
    killed: signal::Sender<u64>,
}

impl std::fmt::Debug for Double {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Double").field("revision", &self.state().store.revision()).finish_non_exhaustive()
    }
}

impl Double {
    /// An empty hub; equal seeds take equal times. To be called in a runtime.
    #[must_use]
    pub fn new(seed: u64) -> Double {
        let state = Mutex::new(State::new(seed));
        Double { inner: Arc::new(Inner { state, changed: signal::Sender::new(()), killed: signal::Sender::new(0) }) }
    }

    /// A client under this name, which the record carries.
    #[must_use]
    pub fn client(&self, name: &str) -> kube::Client {
        kube::Client::new(serve::Port::new(self, name), "default")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribe(&self) -> signal::Receiver<()> {
        self.inner.changed.subscribe()
    }

    /// Tells the watches that there is something to look at.
    fn announce(&self) {
        self.inner.changed.send_replace(());
    }

    /// The time of day on the clients' machine, in nanoseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i128 {
        self.state().clock.client()
    }

    /// Looks at what is stored.
    pub fn look<T>(&self, at: impl FnOnce(&Store) -> T) -> T {
        at(&self.state().store)
    }

    /// An object as it is.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Arc<Value>> {
        self.look(|store| store.get(key).cloned())
    }

    /// The record so far.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.state().exchanges.clone()
    }

    /// What watches and lists told their clients so far.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.state().told.clone()
    }

    /// How many watches are open.
    #[must_use]
    pub fn open_watches(&self) -> usize {
        self.state().open_watches()
    }

    /// Somebody else creates or changes an object, its status too: a merge patch of main resource and status in one.
    /// What is new gets its identity; a changed spec counts a generation.
    ///
    /// # Errors
    /// The object is none that is served here.
    pub fn put(&self, by: &str, patch: &Value) -> Result<Arc<Value>, Failure> {
        let kind = patch["kind"].as_str().unwrap_or_default();
        let resource = Resource::of_kind(kind).ok_or_else(|| Failure::bad_request(&format!("no kind {kind:?}")))?;
        let key = Key::new(resource, metadata(patch, "namespace"), metadata(patch, "name"));
        let object = self.state().put(&key, patch, &by.into());
        self.announce();
        object
    }

    /// Somebody else deletes an object.
    ///
    /// # Errors
    /// It is not there.
    pub fn remove(&self, by: &str, key: &Key) -> Result<Arc<Value>, Failure> {
        let mut state = self.state();
        let stamp = state.stamp(&by.into());
        let gone = state.store.delete(key, &Preconditions::default(), stamp)?;
        drop(state);
        self.announce();
        self.collect(&gone);
        Ok(gone)
    }

    /// Turns the garbage collector on or off; it starts off.
    pub fn set_collects(&self, on: bool) {
        self.state().collects = on;
    }

    /// Whether watches may begin with what is there (`sendInitialEvents`); they may at first.
    pub fn set_streaming(&self, on: bool) {
        self.state().streaming = on;
    }

    /// Puts at most so many objects, above 0, on a page, whatever is asked for; a server may.
    pub fn set_page_max(&self, objects: u64) {
        self.state().page_max = objects;
    }

    /// Forgets all versions but the newest.
    pub fn compact(&self) {
        let mut state = self.state();
        let newest = state.store.revision();
        state.store.compact(newest);
    }

    /// Ends all open watches.
    pub fn cut_watches(&self, how: Cut) {
        self.state().cut_all(how);
        self.announce();
    }
}

impl State {
    fn put(&mut self, key: &Key, patch: &Value, by: &Arc<str>) -> Result<Arc<Value>, Failure> {
        let mut object = match self.store.get(key) {
            Some(_) => self.store.patch(key, false, patch, self.stamp(by))?,
            None => {
                let mut new = Value::Null;
                merge(&mut new, patch);
                self.store.create(key, new, self.stamp(by))?
            }
        };
        if let Some(status) = patch.get("status").filter(|_| key.resource.served().status) {
            object = self.store.patch(key, true, &serde_json::json!({ "status": status }), self.stamp(by))?;
        }
        Ok(object)
    }
}
