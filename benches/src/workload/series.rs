//! The same work on fleets of any size: 1,000 placements `mixv` and the shapes, from a stream of facts that is never held.

use std::hint::black_box;

use testkit::{
    fleet::{Churn, Mix, Part},
    scheduler_core::{Decision, Fact, Index, PlacementKey, Slice, Trail},
};

use super::{Observer, apply::Apply, pass};
use crate::{
    clock::{Taken, Timed, Watch},
    columns::{Builder, Columns},
    resident,
    world::{self, Asked, NOW, SEED},
};

/// Clusters of the series.
pub const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Placements of each size, besides the shapes.
const PLACEMENTS: u32 = 1_000;
/// Beyond so many clusters a hub is built once only, and the floor's columns would need more memory than the index.
const LARGE: u32 = 100_000;
const ROUNDS: usize = 5;

/// What is not a time a run.
pub struct Built {
    /// All facts applied.
    pub build: Timed,
    /// All placements decided.
    pub step: Timed,
    /// Bytes by which the process grew: index, strings, decisions, and what the allocator holds ready.
    pub resident_bytes: u64,
}

/// Builds a hub of this size, decides it, and shows the passes of the shapes and the change of a label.
pub fn size(clusters: u32, observer: &mut dyn Observer) -> Built {
    let before = resident::bytes();
    let mut first = Round::new(clusters, None);
    let resident_bytes = resident::bytes().saturating_sub(before);
    let (mut builds, mut steps) = (vec![first.build], vec![first.step]);
    let mut columns = None;
    if clusters <= LARGE {
        let mut builder = Builder::default();
        first = Round::new(clusters, Some(&mut builder));
        columns = Some(builder.build());
        builds.push(first.build);
        steps.push(first.step);
        while builds.len() < ROUNDS {
            let Round { build, step, .. } = Round::new(clusters, None);
            builds.push(build);
            steps.push(step);
        }
    }
    first.show(clusters, columns.as_ref(), observer);
    Built { build: Timed::of(&builds), step: Timed::of(&steps), resident_bytes }
}

/// One hub, built and decided.
struct Round {
    index: Index,
    build: Taken,
    step: Taken,
    /// The first facts, for random changes: they are clusters.
    sample: Vec<Fact>,
    asked: Vec<Asked>,
}

impl Round {
    fn new(clusters: u32, mut columns: Option<&mut Builder>) -> Round {
        let (mut index, mut sample, mut build) = (world::empty(), Vec::new(), Taken::default());
        for facts in world::stream(clusters, PLACEMENTS, Mix::Varied) {
            if sample.is_empty() {
                sample.clone_from(&facts);
            }
            if let Some(columns) = &mut columns {
                facts.iter().for_each(|fact| columns.add(fact));
            }
            let watch = Watch::start();
            facts.into_iter().for_each(|fact| index.apply(fact));
            build = build.and(watch.stop());
        }
        let asked = world::asked();
        let shapes = asked.iter().map(|asked| Fact::Placement(Box::new(asked.placement.clone())));
        shapes.for_each(|fact| index.apply(fact));
        let mut selected = Vec::new();
        let kept = columns.is_some();
        let watch = Watch::start();
        index.step(NOW, usize::MAX, &mut |_, _, decision| selected.extend(kept.then_some(decision)));
        let step = watch.stop();
        if let Some(columns) = columns {
            selected.into_iter().for_each(|decision| columns.add(&Fact::Slice(slice(decision))));
        }
        Round { index, build, step, sample, asked }
    }

    fn show(mut self, clusters: u32, columns: Option<&Columns>, observer: &mut dyn Observer) {
        let snapshot = self.index.snapshot(NOW);
        for Asked { name, placement, shape } in &self.asked {
            let name = format!("series/{clusters}/warm/{name}");
            let mut trail = Trail::default();
            let mut ours = || _ = black_box(snapshot.schedule(&placement.key, &mut trail));
            match columns {
                Some(columns) => pass::show(observer, &name, &mut ours, columns, placement, *shape),
                None => observer.see(&name, &mut ours, None),
            }
        }
        let mut churn = Churn::new(&self.sample, SEED);
        for (name, part) in [("label-site", Part::Label("site".into())), ("heartbeat", Part::Heartbeat)] {
            let mut apply = Apply::new(&mut self.index, &mut churn, Some(part));
            observer.see(&format!("series/{clusters}/apply/{name}"), &mut apply, None);
        }
    }
}

/// What stands once the decision is written, as far as it is counted.
fn slice(decision: Decision) -> Slice {
    let clusters = decision.entries().map(|entry| entry.cluster.clone()).collect();
    let PlacementKey { namespace, name } = decision.placement;
    Slice { namespace, name: name.clone(), placement: Some(name), clusters }
}
