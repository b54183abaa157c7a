//! Plugins from outside on a hub: ConfigMaps and files that carry them, what became of each, and which of them decide.
//!
//! ```text
//! carrier ─► loaded (compiled, asked) ─► tried (on a copy of the index) ─► serves
//!              │ refused                    │ too much would leave
//!              └► what served goes on       └► held until it is released
//! ```
//! What takes long runs aside, one at a time, so that no more than one core is busy with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use api::bind::Version;
use kube_text::Time;
use plugin_host::{Digest, Host, Loaded};
use plugins::with_guests;
use scheduler_core::{Index, Plugin, Profiles, Symbol};
use tokio::task::{JoinError, JoinSet, spawn_blocking};
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::events::{Events, Regarding};
use super::source::Id;
use crate::metrics::Metrics;
use crate::preflight::{self, Budget, Differences};
use crate::sources::{Filed, Offered};

/// A ConfigMap or a file, and what became of it.
#[derive(Debug)]
struct Carrier {
    offered: Arc<Offered>,
    /// Of a ConfigMap; files have none.
    version: Version,
    digest: Digest,
    /// How long after the start of the process the first decisions wait for it.
    startup_timeout: Duration,
    state: State,
    /// What decides: an earlier version, while the present one is not ready, or not admitted.
    serving: Option<Serving>,
}

/// What became of what a carrier holds now.
#[derive(Debug)]
enum State {
    Waits,
    Runs,
    /// Is loaded, and waits for the hub that it is to be tried on.
    Loaded(Arc<Loaded>),
    Serves,
    /// It would change too much.
    Held(Arc<Loaded>),
    Refused,
}

/// A plugin that decides.
struct Serving {
    loaded: Arc<Loaded>,
    plugins: Vec<Arc<dyn Plugin>>,
}

/// What ran aside came to this.
#[derive(Debug)]
pub(super) struct Done {
    id: Id,
    digest: Digest,
    what: What,
}

#[derive(Debug)]
enum What {
    Loaded(Box<Result<Loaded, String>>),
    Tried(Arc<Loaded>, Differences),
}

/// What is asked where something is to be tried or begins to serve.
pub(super) struct Hub<'a> {
    pub index: &'a Index,
    /// Without plugins from outside.
    pub profiles: &'a Profiles,
    pub now: Time,
    /// Whether all that is watched is known: before that there is nothing to try anything on.
    pub is_listed: bool,
}

/// All plugins from outside.
#[derive(Debug)]
pub(super) struct Guests {
    host: Option<Host>,
    /// Files are in no namespace, under the names of their plugins.
    carriers: BTreeMap<Id, Carrier>,
    aside: JoinSet<Done>,
    budget: Budget,
    began: Instant,
    events: Events,
    metrics: Arc<Metrics>,
}

impl Guests {
    /// Those that the process is started with decide from the first decision on.
    pub fn new(files: Vec<(Filed, Arc<Loaded>)>, budget: Budget, events: Events, metrics: Arc<Metrics>) -> Guests {
        let carriers = files.into_iter().map(|(filed, loaded)| {
            let (id, serving) = (file(filed.name()), Some(Serving::of(loaded, &metrics)));
            let offered = Offered::Filed(Box::new(filed));
            (id, Carrier { serving, state: State::Serves, ..Carrier::new(offered, Version::default()) })
        });
        let (carriers, aside, began) = (carriers.collect(), JoinSet::new(), Instant::now());
        let guests = Guests { host: None, carriers, aside, budget, began, events, metrics };
        guests.tell_metrics();
        guests
    }

    /// What a profile is given, by the names of the plugins.
    pub fn plugins(&self) -> Vec<Arc<dyn Plugin>> {
        self.serving().into_values().flat_map(|serving| serving.plugins.iter().cloned()).collect()
    }

    /// Whether nobody has to wait any more for a plugin that was there from the beginning.
    pub fn is_settled(&self) -> bool {
        self.settles_at() <= Instant::now()
    }

    /// When nobody has to wait any more, though nothing happens until then.
    pub fn settles_at(&self) -> Instant {
        let pending = |carrier: &&Carrier| matches!(carrier.state, State::Waits | State::Runs | State::Loaded(_));
        let longest = self.carriers.values().filter(pending).map(|carrier| carrier.startup_timeout).max();
        self.began + longest.unwrap_or_default()
    }

    /// A ConfigMap or a file as it is now. Whether other plugins decide from now on.
    pub fn put(&mut self, id: &Id, offered: Offered, version: Version) -> bool {
        let new = Carrier::new(offered, version);
        let serving = match self.carriers.remove(id) {
            Some(known) if known.digest == new.digest => {
                let released = new.offered.is_released(&new.digest);
                self.carriers.insert(id.clone(), Carrier { offered: new.offered, version: new.version, ..known });
                return released && self.release(id);
            }
            known => known.and_then(|known| known.serving),
        };
        self.carriers.insert(id.clone(), Carrier { serving, ..new });
        self.begin();
        false
    }

    /// All plugins that stand in files now. Whether other plugins decide from now on.
    pub fn put_files(&mut self, files: Vec<Filed>) -> bool {
        let there: BTreeSet<Id> = files.iter().map(|filed| file(filed.name())).collect();
        let gone: Vec<Id> = self.carriers.keys().filter(|id| is_file(id) && !there.contains(id)).cloned().collect();
        let mut changed = false;
        for id in gone {
            changed |= self.gone(&id);
        }
        for filed in files {
            changed |= self.put(&file(filed.name()), Offered::Filed(Box::new(filed)), Version::default());
        }
        changed
    }

    /// A ConfigMap or a file is gone, and its plugin with it: placements that ask for it keep what they have. Whether other plugins
    /// decide from now on.
    pub fn gone(&mut self, id: &Id) -> bool {
        let gone = self.carriers.remove(id).and_then(|carrier| carrier.serving);
        if let Some(Serving { loaded, .. }) = &gone {
            info!(plugin = %loaded.spec().name, "a plugin is gone");
        }
        self.tell_metrics();
        gone.is_some()
    }

    /// Waits for what runs aside. Waits for ever where nothing does. Can be dropped and called again.
    pub async fn done(&mut self) -> Result<Done, JoinError> {
        match self.aside.join_next().await {
            Some(done) => done,
            None => std::future::pending().await,
        }
    }

    /// Takes what ran aside. Whether other plugins decide from now on.
    pub fn take_in(&mut self, done: Result<Done, JoinError>, hub: &Hub<'_>) -> bool {
        let changed = match done {
            Ok(done) => self.went_on(done),
            Err(broken) => {
                error!(%broken, "loading a plugin failed, a mistake in placewright");
                self.metrics.panicked();
                let running = self.carriers.values_mut().filter(|carrier| matches!(carrier.state, State::Runs));
                running.for_each(|carrier| carrier.state = State::Refused);
                false
            }
        };
        self.begin();
        self.go_on(hub);
        changed
    }

    /// Tries the next one that is loaded, if nothing runs and the hub is known.
    pub fn go_on(&mut self, hub: &Hub<'_>) {
        if !self.aside.is_empty() || !hub.is_listed {
            return;
        }
        let next = self.carriers.iter_mut().find_map(|(id, carrier)| match &carrier.state {
            State::Loaded(loaded) => {
                let loaded = loaded.clone();
                carrier.state = State::Runs;
                Some((id.clone(), carrier.digest, loaded))
            }
            _ => None,
        });
        if let Some((id, digest, loaded)) = next {
            self.try_on(id, digest, loaded, hub);
        }
    }

    fn went_on(&mut self, Done { id, digest, what }: Done) -> bool {
        // Another version may have come meanwhile, or none is left.
        let Some(carrier) = self.carriers.get(&id).filter(|carrier| carrier.digest == digest) else { return false };
        match what {
            What::Loaded(loaded) => match *loaded {
                Ok(loaded) => match self.taken(&id, &loaded) {
                    Some(by) => self.refuse(&id, &format!("metadata.name: `{}` is taken by {by}", loaded.spec().name)),
                    None if carrier.offered.is_released(&digest) => self.admit(&id, Arc::new(loaded)),
                    None => {
                        self.carriers.entry(id).and_modify(|it| it.state = State::Loaded(Arc::new(loaded)));
                        false
                    }
                },
                Err(problem) => self.refuse(&id, &problem),
            },
            What::Tried(loaded, differences) if differences.exceed(self.budget) => self.hold(&id, loaded, &differences),
            What::Tried(loaded, differences) => {
                info!(plugin = %loaded.spec().name, %differences, "tried a plugin");
                self.admit(&id, loaded)
            }
        }
    }

    /// Loads the next one that waits, if nothing runs.
    fn begin(&mut self) {
        if !self.aside.is_empty() {
            return;
        }
        let next = self.carriers.iter_mut().find(|(_, carrier)| matches!(carrier.state, State::Waits));
        let Some((id, carrier)) = next else { return };
        carrier.state = State::Runs;
        let (id, digest, offered) = (id.clone(), carrier.digest, carrier.offered.clone());
        match self.host() {
            Ok(host) => {
                self.aside.spawn(aside(move || {
                    let loaded = Box::new(offered.load(&host));
                    Done { id, digest, what: What::Loaded(loaded) }
                }));
            }
            Err(problem) => {
                self.refuse(&id, &problem);
            }
        }
    }

    /// The engine of guests, made when the first is to be loaded.
    fn host(&mut self) -> Result<Host, String> {
        if let Some(host) = &self.host {
            return Ok(host.clone());
        }
        let host = Host::new(false).map_err(|problem| problem.to_string())?;
        Ok(self.host.insert(host).clone())
    }

    /// Steps a copy of the hub with a plugin in place of what serves now (GUARD-6).
    fn try_on(&mut self, id: Id, digest: Digest, loaded: Arc<Loaded>, hub: &Hub<'_>) {
        let mut serving = self.serving();
        let tried = Serving::of(loaded.clone(), &self.metrics);
        serving.insert(loaded.spec().name.clone(), &tried);
        let plugins: Vec<Arc<dyn Plugin>> = serving.into_values().flat_map(|it| it.plugins.iter().cloned()).collect();
        let (index, profiles, now) = (hub.index.clone(), with_guests(hub.profiles, &plugins), hub.now);
        self.aside.spawn(aside(move || {
            let differences = preflight::differences(&index, profiles, now);
            Done { id, digest, what: What::Tried(loaded, differences) }
        }));
    }

    fn admit(&mut self, id: &Id, loaded: Arc<Loaded>) -> bool {
        let Some(carrier) = self.carriers.get_mut(id) else { return false };
        let (name, digest) = (loaded.spec().name.clone(), loaded.guest().digest());
        info!(plugin = %name, %digest, "a plugin decides");
        carrier.state = State::Serves;
        carrier.serving = Some(Serving::of(loaded, &self.metrics));
        self.metrics.plugin_came(&name, "admitted");
        if let Some(regarding) = carrier.regarding(id) {
            let note = format!("plugin {name} decides, {digest}");
            self.events.note(regarding, "PluginReady", "Loaded", note);
        }
        self.tell_metrics();
        true
    }

    fn refuse(&mut self, id: &Id, problem: &str) -> bool {
        let Some(carrier) = self.carriers.get_mut(id) else { return false };
        carrier.state = State::Refused;
        let goes_on = if carrier.serving.is_some() { ", the version before goes on" } else { "" };
        warn!(carrier = %carried_by(id), problem, "a plugin cannot be loaded{goes_on}");
        self.metrics.plugin_came(&id.name, "refused");
        if let Some(regarding) = carrier.regarding(id) {
            let note = format!("the plugin cannot be loaded{goes_on}: {problem}");
            self.events.warn(regarding, "PluginRefused", "NotLoaded", note);
        }
        false
    }

    fn hold(&mut self, id: &Id, loaded: Arc<Loaded>, differences: &Differences) -> bool {
        let Some(carrier) = self.carriers.get_mut(id) else { return false };
        let (name, digest) = (loaded.spec().name.clone(), carrier.digest);
        warn!(plugin = %name, %differences, %digest, "a plugin would change too much and waits to be released");
        carrier.state = State::Held(loaded);
        self.metrics.plugin_came(&name, "held");
        if let Some(regarding) = carrier.regarding(id) {
            let note = format!(
                "plugin {name} waits: {differences}; to let it decide set the annotation placewright.io/release: {digest}"
            );
            self.events.warn(regarding, "PluginHeld", "PreFlight", note);
        }
        false
    }

    /// Somebody wants what pre-flight held.
    fn release(&mut self, id: &Id) -> bool {
        let Some(Carrier { state: State::Held(loaded), .. }) = self.carriers.get(id) else { return false };
        let loaded = loaded.clone();
        self.admit(id, loaded)
    }

    /// Who has the name of a plugin already, if not the same carrier.
    fn taken(&self, id: &Id, loaded: &Loaded) -> Option<String> {
        let name = &loaded.spec().name;
        let others = self.carriers.iter().filter(|(other, _)| *other != id);
        let mut serving = others.filter_map(|(other, carrier)| Some((other, carrier.serving.as_ref()?)));
        let (other, _) = serving.find(|(_, serving)| serving.loaded.spec().name == *name)?;
        Some(carried_by(other))
    }

    fn serving(&self) -> BTreeMap<Symbol, &Serving> {
        let serving = self.carriers.values().filter_map(|carrier| carrier.serving.as_ref());
        serving.map(|serving| (serving.loaded.spec().name.clone(), serving)).collect()
    }

    fn tell_metrics(&self) {
        self.metrics.plugins(self.serving().into_values().map(|serving| serving.loaded.clone()).collect());
    }
}

/// Runs what takes long where nobody waits for it.
async fn aside(run: impl FnOnce() -> Done + Send + 'static) -> Done {
    match spawn_blocking(run).await {
        Ok(done) => done,
        // As if it had happened here: whoever waits for this task is told.
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

impl Carrier {
    fn new(offered: Offered, version: Version) -> Carrier {
        let (digest, startup_timeout) = (offered.digest(), offered.startup_timeout());
        Carrier { offered: Arc::new(offered), version, digest, startup_timeout, state: State::Waits, serving: None }
    }

    /// What events are about; of files there is nothing on the hub.
    fn regarding(&self, id: &Id) -> Option<Regarding> {
        let Id { namespace, name } = id.clone();
        let version = self.version.clone();
        (!is_file(id)).then_some(Regarding { api_version: "v1", kind: "ConfigMap", namespace, name, version })
    }
}

/// The carrier of a plugin that stands in a file.
fn file(plugin: &str) -> Id {
    Id { namespace: String::new(), name: plugin.to_owned() }
}

fn is_file(id: &Id) -> bool {
    id.namespace.is_empty()
}

/// A carrier, for people.
fn carried_by(id: &Id) -> String {
    if is_file(id) { format!("--plugins, {}", id.name) } else { format!("ConfigMap {}", id.name) }
}

impl Serving {
    fn of(loaded: Arc<Loaded>, metrics: &Metrics) -> Serving {
        let plugins = metrics.timed_plugins(loaded.plugins());
        Serving { loaded, plugins }
    }
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Serving").field(&self.loaded.spec().name).finish()
    }
}

#[cfg(test)]
mod tests;
