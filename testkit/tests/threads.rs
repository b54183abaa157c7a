//! Law 1 over a whole run, from bytes to writes: the same on any number of threads and in any order of arrival.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use api::bind::{Recorded, bind};
use api::kinds;
use api::read::Kind;
use fleet::{Fleet, Mix};
use rayon::ThreadPoolBuilder;
use scheduler_core::{Differences, Index, PlacementKey};
use testkit::generate::{NOW, shuffled};
use testkit::{engine, simulated};

/// Large enough that work which is shared out among threads is shared out.
const FLEET: Fleet = Fleet { clusters: 2_500, placements: 120, seed: 7 };
/// Explanations of every so many-th placement are long enough.
const EXPLAINED: usize = 40;

#[test]
fn any_number_of_threads_and_any_order_give_the_same_bytes() -> Result<()> {
    let lines = simulated::lines(FLEET, Mix::Varied, true);
    let alone = on(1, || run(&lines, 0))?;
    assert!(alone.matches("PatchStatus").count() > 50, "a run that writes nothing proves nothing");
    for (threads, seed) in [(2, 0), (7, 0), (7, 11)] {
        // Megabytes in a message help nobody.
        let other = on(threads, || run(&lines, seed))?;
        let apart = alone.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!(apart, None, "with {threads} threads, arrived in order {seed}");
        assert_eq!(alone.len(), other.len());
    }
    Ok(())
}

fn on(threads: usize, run: impl FnOnce() -> String + Send) -> Result<String> {
    Ok(ThreadPoolBuilder::new().num_threads(threads).build()?.install(run))
}

/// Reads, applies, steps and binds: all that is decided and written, and some of the explanations.
fn run(lines: &[u8], seed: u64) -> String {
    let objects = simulated::objects(lines);
    let mut placements = BTreeMap::new();
    let mut slices: BTreeMap<String, Vec<kinds::PlacementDecision>> = BTreeMap::new();
    for object in &objects {
        match &object.kind {
            Kind::Placement(p) => {
                let (namespace, name) = (p.metadata.namespace.as_str().into(), p.metadata.name.as_str().into());
                placements.insert(PlacementKey { namespace, name }, (**p).clone());
            }
            Kind::PlacementDecision(s) => slices.entry(s.metadata.namespace.clone()).or_default().push((**s).clone()),
            _ => {}
        }
    }
    let mut facts = simulated::facts(&objects);
    if seed > 0 {
        facts = shuffled(&facts, seed);
    }
    let mut index: Index = engine::index(&facts, "default");
    let mut told = String::new();
    let mut number = 0;
    index.step(NOW, usize::MAX, &mut |snapshot, trail, decision| {
        let key = &decision.placement;
        let slices = slices.get(&*key.namespace).cloned().unwrap_or_default();
        let recorded = Recorded::new(placements[key].clone(), slices);
        let writes = bind(&decision, &recorded, &Differences::all(), NOW);
        let explained = if number % EXPLAINED == 0 { engine::fates(snapshot, trail) } else { BTreeMap::new() };
        number += 1;
        let _ = writeln!(told, "{decision:?}\n{writes:?}\n{explained:?}");
    });
    let _ = writeln!(told, "{:?}", index.next_due());
    told
}
