//! A whole hub: from parsed facts until all is decided, one change until every affected decision is known, and what it
//! costs to hear of the change.

use std::hint::black_box;

use testkit::{
    fleet::{Churn, Mix, Part},
    scheduler_core::{Fact, Index},
};

use super::{CLUSTERS, Observer, Workload, apply};
use crate::world::{self, NOW, SEED};

const HUBS: [(&str, u32, Mix); 4] = [
    ("mix-1k", 1_000, Mix::Plain),
    ("mixv-1k", 1_000, Mix::Varied),
    ("mix-10k", 10_000, Mix::Plain),
    ("mixv-10k", 10_000, Mix::Varied),
];

/// Hubs that share selectors and hubs that do not; one of the shapes alone hears of changes only.
pub fn all(observer: &mut dyn Observer) {
    let recorded = world::recorded();
    let (mut index, _) = world::hub_of_shapes(recorded);
    apply::all(observer, "shapes", recorded, &mut index);
    drop(index);
    let stays = |fact: &&Fact| !matches!(fact, Fact::Placement(_) | Fact::Slice(_));
    let fleet: Vec<Fact> = recorded.iter().filter(stays).cloned().collect();
    for (name, placements, mix) in HUBS {
        let facts = [fleet.clone(), world::placements(CLUSTERS, placements, mix)].concat();
        let mut build = Cold { facts: &facts, decides: false, ready: Vec::new(), index: world::empty(), ran: false };
        observer.see(&format!("hub/{name}/build"), &mut build, None);
        let mut cold = Cold { decides: true, ..build };
        observer.see(&format!("hub/{name}/cold"), &mut cold, None);
        let mut index = cold.decided();
        changes(observer, name, &facts, &mut index);
        apply::all(observer, name, &facts, &mut index);
    }
}

/// Nothing is decided yet. Building applies the facts.
struct Cold<'f> {
    facts: &'f [Fact],
    decides: bool,
    ready: Vec<Fact>,
    index: Index,
    ran: bool,
}

impl Cold<'_> {
    /// The hub as the last run left it; whoever looks at names only has not run it.
    fn decided(mut self) -> Index {
        if !self.ran {
            self.prepare(1);
            self.run();
        }
        self.index
    }
}

impl Workload for Cold<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        self.index = world::empty();
        self.ready = self.facts.to_vec();
    }

    fn run(&mut self) {
        self.ready.drain(..).for_each(|fact| self.index.apply(fact));
        if self.decides {
            decide(&mut self.index);
        }
        self.ran = self.decides;
    }

    fn counted(&self) -> u32 {
        1
    }
}

/// One cluster changes its site, its team, whatever it is.
fn changes(observer: &mut dyn Observer, name: &str, facts: &[Fact], index: &mut Index) {
    let mut churn = Churn::new(facts, SEED);
    let label = |key: &str| Some(Part::Label(key.into()));
    let parts =
        [("random", None), ("site", label("site")), ("team", label("team")), ("heartbeat", Some(Part::Heartbeat))];
    for (what, part) in parts {
        let mut facts = std::iter::from_fn(|| match &part {
            Some(part) => churn.of(part),
            None => churn.next(),
        });
        let mut facts = facts.by_ref().flat_map(|change| [change.after, change.before]);
        observer.see(
            &format!("hub/{name}/change-{what}"),
            &mut Changed { index, facts: &mut facts, ready: None, runs: 0, decided: 0 },
            None,
        );
    }
}

struct Changed<'i> {
    index: &'i mut Index,
    facts: &'i mut dyn Iterator<Item = Fact>,
    ready: Option<Fact>,
    runs: u64,
    decided: u64,
}

impl Workload for Changed<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        self.ready = self.facts.next();
    }

    fn run(&mut self) {
        self.ready.take().into_iter().for_each(|fact| self.index.apply(fact));
        self.decided += decide(self.index);
        self.runs += 1;
    }

    fn decided(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.decided as f64 / self.runs as f64)
    }
}

/// Decides who is awake; how many these were.
fn decide(index: &mut Index) -> u64 {
    let mut decided = 0;
    index.step(NOW, usize::MAX, &mut |_, _, decision| {
        black_box(decision);
        decided += 1;
    });
    decided
}
