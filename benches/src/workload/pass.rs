//! One pass of one placement: warm, cold, and after one cluster changed. A hub of the shapes alone, as everywhere told.

use std::hint::black_box;

use testkit::{
    fleet::{Churn, Shape},
    scheduler_core::{Cluster, Fact, Index, Key, Placement, PlacementKey, Quantity, Trail},
};

use super::{Observer, Workload};
use crate::{
    columns::Columns,
    floor::{Floor, Kind},
    world::{self, Asked, NOW, SEED},
};

/// Every shape in each of the three ways.
pub fn all(observer: &mut dyn Observer) {
    let facts = world::recorded();
    let (mut index, asked) = world::hub_of_shapes(facts);
    warm(observer, facts, &mut index, &asked);
    changed(observer, facts, &mut index, &asked);
    cold(observer, facts, asked);
}

/// Nothing changed: the selection is made anew all the same.
fn warm(observer: &mut dyn Observer, facts: &[Fact], index: &mut Index, asked: &[Asked]) {
    let columns = Columns::of(facts);
    let snapshot = index.snapshot(NOW);
    for Asked { name, placement, shape } in asked {
        let mut trail = Trail::default();
        let mut ours = || _ = black_box(snapshot.schedule(&placement.key, &mut trail));
        show(observer, &format!("pass/{name}/warm"), &mut ours, &columns, placement, *shape);
    }
}

/// The workload beside the floor of its placement.
pub fn show(
    observer: &mut dyn Observer,
    name: &str,
    ours: &mut dyn Workload,
    columns: &Columns,
    placement: &Placement,
    shape: Shape,
) {
    let mut floor = Floor::new(columns, placement, Kind::from(shape));
    let mut names = Vec::new();
    if floor.takes_all() {
        observer.see(name, ours, Some(&mut || floor.everybody(black_box(&mut names))));
    } else {
        observer.see(name, ours, Some(&mut || _ = black_box(floor.pass())));
    }
}

/// A placement that the index has just heard of: its selectors and columns are made first.
fn cold(observer: &mut dyn Observer, facts: &[Fact], asked: Vec<Asked>) {
    let rest: Vec<Fact> = facts.iter().filter(|fact| !matches!(fact, Fact::Placement(_))).cloned().collect();
    let mut index = world::index(&rest);
    for Asked { name, placement, .. } in asked {
        let mut pass = Cold { index: &mut index, placement, ready: None, trail: Trail::default() };
        observer.see(&format!("pass/{name}/cold"), &mut pass, None);
        pass.prepare(1);
    }
}

struct Cold<'i> {
    index: &'i mut Index,
    placement: Placement,
    ready: Option<Fact>,
    trail: Trail,
}

impl Workload for Cold<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    /// Forgets all that was made for the placement.
    fn prepare(&mut self, _: u32) {
        self.index.remove(&Key::Placement(self.placement.key.clone()));
        self.index.snapshot(NOW);
        self.ready = Some(Fact::Placement(Box::new(self.placement.clone())));
    }

    fn run(&mut self) {
        self.ready.take().into_iter().for_each(|fact| self.index.apply(fact));
        black_box(self.index.snapshot(NOW).schedule(&self.placement.key, &mut self.trail));
    }
}

/// One random cluster changed since the last pass; changes that move the highest value of a column apart.
fn changed(observer: &mut dyn Observer, facts: &[Fact], index: &mut Index, asked: &[Asked]) {
    let churn = Churn::new(facts, SEED);
    let extreme = extreme(facts);
    for Asked { name, placement, shape } in asked {
        let mut random = churn.clone().flat_map(|change| [change.after, change.before]);
        let mut pass = Changed { index, key: &placement.key, facts: &mut random, trail: Trail::default() };
        observer.see(&format!("pass/{name}/changed"), &mut pass, None);
        if matches!(shape, Shape::F | Shape::U) {
            let mut moved = extreme.iter().cloned().cycle();
            let mut pass = Changed { index, key: &placement.key, facts: &mut moved, trail: Trail::default() };
            observer.see(&format!("pass/{name}/changed-extreme"), &mut pass, None);
        }
    }
}

struct Changed<'i> {
    index: &'i mut Index,
    key: &'i PlacementKey,
    facts: &'i mut dyn Iterator<Item = Fact>,
    trail: Trail,
}

impl Workload for Changed<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        self.facts.next().into_iter().for_each(|fact| self.index.apply(fact));
    }

    fn run(&mut self) {
        black_box(self.index.snapshot(NOW).schedule(self.key, &mut self.trail));
    }
}

/// A cluster that anybody may use gets more CPU than all others, and is as it was again.
fn extreme(facts: &[Fact]) -> Vec<Fact> {
    let mut clusters = facts.iter().filter_map(|f| if let Fact::Cluster(cluster) = f { Some(cluster) } else { None });
    let Some(before) = clusters.find(|cluster| cluster.taints.is_empty()) else { return Vec::new() };
    let mut after: Cluster = before.clone();
    for (name, amount) in &mut after.allocatable {
        if let ("cpu", Ok(most)) = (name.as_str(), Quantity::parse("1000")) {
            *amount = most;
        }
    }
    vec![Fact::Cluster(after), Fact::Cluster(before.clone())]
}
