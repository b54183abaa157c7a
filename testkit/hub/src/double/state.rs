//! Everything the double knows, behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::chance::Chance;
use super::clock::SimulatedClock;
use super::fault::Rule;
use super::record::{Exchange, News, Outcome, Told};
use super::resource::Resource;
use super::store::{Stamp, Store};
use super::watch::Cut;

/// The double's state.
pub(super) struct State {
    pub(super) store: Store,
    pub(super) clock: SimulatedClock,
    pub(super) chance: Chance,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) told: Vec<Told>,
    /// Whether the garbage collector runs.
    pub(super) collects: bool,
    /// Whether watches may begin with what is there.
    pub(super) streaming: bool,
    /// The most objects of a page: a server may give fewer than it is asked for.
    pub(super) page_max: u64,
    /// Faults that wait for their request.
    pub(super) rules: Vec<Rule>,
    /// Versions that no watch is told of.
    pub(super) lost_events: BTreeSet<u64>,
    /// Versions that are told after the next one.
    pub(super) late_events: BTreeSet<u64>,
    /// Versions that are told twice.
    pub(super) doubled_events: BTreeSet<u64>,
    /// Until when nobody gets through.
    pub(super) down_until: Option<Instant>,
    /// What lists and watches know, until when.
    pub(super) behind: Option<(u64, Instant)>,
    /// How long a list takes, until when.
    pub(super) slow_lists: Option<(Duration, Instant)>,
    /// Of the next list so many pages arrive, or so many quarters of a streamed one; then the connection breaks.
    pub(super) cut_after_pages: Option<u32>,
    /// Clients whose process is gone.
    pub(super) dead: BTreeSet<Arc<str>>,
    /// Open watches, and how they are to end.
    feeds: BTreeMap<u64, Option<Cut>>,
    admitted: u64,
}

impl State {
    pub(super) fn new(seed: u64) -> State {
        State {
            store: Store::default(),
            clock: SimulatedClock::start(),
            chance: Chance::new(seed),
            exchanges: Vec::new(),
            told: Vec::new(),
            collects: false,
            streaming: true,
            page_max: u64::MAX,
            rules: Vec::new(),
            lost_events: BTreeSet::new(),
            late_events: BTreeSet::new(),
            doubled_events: BTreeSet::new(),
            down_until: None,
            behind: None,
            slow_lists: None,
            cut_after_pages: None,
            dead: BTreeSet::new(),
            feeds: BTreeMap::new(),
            admitted: 0,
        }
    }

    /// Now, by this writer.
    pub(super) fn stamp(&self, by: &Arc<str>) -> Stamp {
        Stamp { at: self.clock.elapsed(), time: self.clock.stamp(), by: Arc::clone(by) }
    }

    /// The newest version that lists and watches know of.
    pub(super) fn seen(&mut self) -> u64 {
        if self.behind.is_some_and(|(_, until)| Instant::now() >= until) {
            self.behind = None;
        }
        self.behind.map_or(self.store.revision(), |(view, _)| view)
    }

    /// When lists and watches know everything again; far away if they do.
    pub(super) fn catches_up(&self) -> Instant {
        self.behind.map_or_else(|| Instant::now() + Duration::from_secs(3600), |(_, until)| until)
    }

    pub(super) fn is_down(&self) -> bool {
        self.down_until.is_some_and(|until| Instant::now() < until)
    }

    pub(super) fn list_takes(&self) -> Duration {
        self.slow_lists.filter(|(_, until)| Instant::now() < *until).map_or(Duration::ZERO, |(takes, _)| takes)
    }

    /// An open watch's number.
    pub(super) fn admit(&mut self) -> u64 {
        self.admitted += 1;
        self.feeds.insert(self.admitted, None);
        self.admitted
    }

    /// How this watch is to end now.
    pub(super) fn cut(&mut self, feed: u64) -> Option<Cut> {
        self.feeds.get_mut(&feed).and_then(Option::take)
    }

    /// Ends every open watch like this.
    pub(super) fn cut_all(&mut self, how: Cut) {
        self.feeds.values_mut().for_each(|cut| *cut = Some(how));
    }

    pub(super) fn dismiss(&mut self, feed: u64) {
        self.feeds.remove(&feed);
    }

    /// How many watches are open.
    pub(super) fn open_watches(&self) -> usize {
        self.feeds.len()
    }

    /// A client gets to know something now.
    pub(super) fn tell(&mut self, client: &Arc<str>, resource: Resource, news: News) {
        let at = self.clock.elapsed();
        self.told.push(Told { at, client: Arc::clone(client), resource, news });
    }

    pub(super) fn note(&mut self, exchange: usize, outcome: Outcome) {
        if let Some(exchange) = self.exchanges.get_mut(exchange) {
            exchange.outcome = Some(outcome);
        }
    }
}
