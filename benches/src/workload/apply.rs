//! One watched object that changed, parsed: what it costs until everybody is known whom it concerns.

use std::collections::VecDeque;

use testkit::{
    fleet::{Change, Churn, Part},
    scheduler_core::{Fact, Index},
};

use super::{Observer, Workload};
use crate::world::{NOW, SEED};

/// Random changes, then every part of a cluster by itself, of the hub `name`, which is decided.
pub(super) fn all(observer: &mut dyn Observer, name: &str, facts: &[Fact], index: &mut Index) {
    index.snapshot(NOW);
    let mut churn = Churn::new(facts, SEED);
    for (what, part) in parts() {
        observer.see(&format!("hub/{name}/apply-{what}"), &mut Apply::new(index, &mut churn, part), None);
    }
}

/// The parts of a cluster that are changed, by the name that figures go by.
fn parts() -> [(&'static str, Option<Part>); 11] {
    let label = |key: &str| Some(Part::Label(key.into()));
    let claim = |name: &str| Some(Part::Claim(name.into()));
    [
        ("random", None),
        ("heartbeat", Some(Part::Heartbeat)),
        ("label-env", label("env")),
        ("label-site", label("site")),
        ("label-team", label("team")),
        ("label-unread", label("compliance")),
        ("claim", claim("platform.open-cluster-management.io")),
        ("taint", Some(Part::Taints)),
        ("resource", Some(Part::Resources)),
        ("score", Some(Part::Score("demo".into()))),
        ("claim-unread", claim("nodecount")),
    ]
}

/// Random changes of one part, or of any.
pub(super) struct Apply<'i> {
    index: &'i mut Index,
    churn: &'i mut Churn,
    part: Option<Part>,
    ready: VecDeque<Fact>,
}

impl<'i> Apply<'i> {
    pub(super) fn new(index: &'i mut Index, churn: &'i mut Churn, part: Option<Part>) -> Self {
        Apply { index, churn, part, ready: VecDeque::new() }
    }

    fn change(&mut self) -> Option<Change> {
        match &self.part {
            Some(part) => self.churn.of(part),
            None => self.churn.next(),
        }
    }
}

impl Workload for Apply<'_> {
    /// Changes of any part differ: each is timed by itself, for the median of them.
    fn at_once(&self) -> u32 {
        if self.part.is_some() { 1_000 } else { 1 }
    }

    /// Each change is undone by the next, so that the fleet stays what it is.
    fn prepare(&mut self, runs: u32) {
        while self.ready.len() < runs as usize
            && let Some(change) = self.change()
        {
            self.ready.extend([change.after, change.before]);
        }
    }

    fn run(&mut self) {
        self.ready.pop_front().into_iter().for_each(|fact| self.index.apply(fact));
    }
}
