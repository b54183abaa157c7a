//! One watched object that changed, parsed: what it costs until everybody is known whom it concerns.

use std::vec::IntoIter;

use testkit::{
    fleet::{Churn, Part},
    scheduler_core::{Fact, Index},
};

use super::{Observer, Workload};
use crate::world::{NOW, SEED};

/// Every part of a cluster of the hub `name`, which is decided.
pub(super) fn all(observer: &mut dyn Observer, name: &str, facts: &[Fact], index: &mut Index) {
    index.snapshot(NOW);
    let mut churn = Churn::new(facts, SEED);
    for (what, part) in parts() {
        observer.see(&format!("hub/{name}/apply-{what}"), &mut Apply::new(index, &mut churn, part), None);
    }
}

/// The parts of a cluster that are changed, by the name that figures go by.
fn parts() -> [(&'static str, Part); 10] {
    let label = |key: &str| Part::Label(key.into());
    [
        ("heartbeat", Part::Heartbeat),
        ("label-env", label("env")),
        ("label-site", label("site")),
        ("label-team", label("team")),
        ("label-unread", label("compliance")),
        ("claim", Part::Claim("platform.open-cluster-management.io".into())),
        ("taint", Part::Taints),
        ("resource", Part::Resources),
        ("score", Part::Score("demo".into())),
        ("claim-unread", Part::Claim("nodecount".into())),
    ]
}

/// Random changes of one part.
pub(super) struct Apply<'i> {
    index: &'i mut Index,
    churn: &'i mut Churn,
    part: Part,
    ready: IntoIter<Fact>,
}

impl<'i> Apply<'i> {
    pub(super) fn new(index: &'i mut Index, churn: &'i mut Churn, part: Part) -> Self {
        Apply { index, churn, part, ready: Vec::new().into_iter() }
    }
}

impl Workload for Apply<'_> {
    fn at_once(&self) -> u32 {
        1_000
    }

    /// Each change is undone by the next, so that the fleet stays what it is.
    fn prepare(&mut self, runs: u32) {
        let changes = std::iter::from_fn(|| self.churn.of(&self.part));
        let facts: Vec<Fact> = changes.flat_map(|change| [change.after, change.before]).take(runs as usize).collect();
        self.ready = facts.into_iter();
    }

    fn run(&mut self) {
        self.ready.next().into_iter().for_each(|fact| self.index.apply(fact));
    }
}
