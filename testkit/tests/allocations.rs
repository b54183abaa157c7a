//! What a warm pass allocates does not grow with the fleet: counted by an allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use fleet::{Fleet, Mix, Shape};
use scheduler_core::placement::{GroupLength, GroupRule, GroupStrategy, Operator, Predicate, Requirement};
use scheduler_core::{Cluster, Fact, Index, Placement, PlacementKey, Trail};
use testkit::generate::NOW;
use testkit::{engine, simulated};

/// The system's allocator, counting.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

fn count(bytes: usize) {
    CALLS.fetch_add(1, Ordering::Relaxed);
    BYTES.fetch_add(bytes, Ordering::Relaxed);
}

// SAFETY: every call goes to the system's allocator with the caller's own arguments, and what that returns is returned.
// Counting touches two integers and allocates nothing.
#[expect(unsafe_code, reason = "an allocator cannot be written without it")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(new_size);
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

/// How often something is allocated meanwhile, and how many bytes.
fn allocated(work: impl FnOnce()) -> Allocated {
    let before = (CALLS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    work();
    (CALLS.load(Ordering::Relaxed) - before.0, BYTES.load(Ordering::Relaxed) - before.1)
}

/// So many clusters of the simulated fleet are enough of a kind; larger fleets repeat them under other names.
const KINDS: u32 = 400;

/// A fleet of `KINDS` × `times` clusters, with a placement a shape and one of groups.
fn facts(times: u32) -> Result<Vec<Fact>> {
    let fleet = Fleet { clusters: KINDS, placements: 40, seed: 3 };
    let few = simulated::facts(&simulated::objects(&simulated::lines(fleet, Mix::Plain, true)));
    let mut facts = Vec::new();
    for fact in few {
        match fact {
            Fact::Cluster(cluster) => facts.extend((0..times).map(|time| {
                let name = format!("{}-{time:03}", cluster.name).as_str().into();
                Fact::Cluster(Cluster { name, ..cluster.clone() })
            })),
            Fact::Score(score) => facts.extend((0..times).map(|time| {
                let cluster = format!("{}-{time:03}", score.cluster).as_str().into();
                Fact::Score(scheduler_core::AddOnScore { cluster, ..score.clone() })
            })),
            Fact::Slice(mut slice) => {
                slice.clusters.iter_mut().for_each(|name| *name = format!("{name}-000").as_str().into());
                facts.push(Fact::Slice(slice));
            }
            other => facts.push(other),
        }
    }
    for shape in shapes() {
        facts.push(Fact::Placement(Box::new(placement(shape)?)));
    }
    facts.push(Fact::Placement(Box::new(grouped()?)));
    Ok(facts)
}

/// All that select as many of a large fleet as of a small one.
fn shapes() -> impl Iterator<Item = Shape> {
    Shape::ALL.into_iter().filter(|shape| *shape != Shape::Aall && shape.without_cel().is_some())
}

fn placement(shape: Shape) -> Result<Placement> {
    let fleet = Fleet { clusters: 0, placements: 1, seed: 3 };
    let hub = simulated::facts(&simulated::objects(&simulated::lines(fleet, Mix::Only(shape), false)));
    let placement = hub.into_iter().find_map(|fact| if let Fact::Placement(p) = fact { Some(*p) } else { None });
    let placement = placement.with_context(|| format!("no placement of shape {}", shape.name()))?;
    Ok(Placement { key: key(shape.name()), ..placement })
}

fn grouped() -> Result<Placement> {
    let requirement = Requirement { key: "env".into(), operator: Operator::In(vec!["prod".into()]) };
    let rule =
        GroupRule { name: "canary".into(), selector: Predicate { labels: vec![requirement], claims: Vec::new() } };
    let groups = GroupStrategy { length: Ok(GroupLength::Clusters(3)), rules: vec![rule], invalid: None };
    Ok(Placement { key: key("grouped"), groups, ..placement(Shape::U)? })
}

fn key(name: &str) -> PlacementKey {
    PlacementKey { namespace: "ns-0".into(), name: name.into() }
}

/// Allocations, and their bytes.
type Allocated = (usize, usize);

/// Placements of this file with what one pass of each allocates: warm, and after one cluster changed.
fn passes(times: u32) -> Result<Vec<(String, [Allocated; 2])>> {
    let facts = facts(times)?;
    let mut index = engine::index(&facts, "upstream");
    let mut trail = Trail::default();
    let names = shapes().map(Shape::name).chain(["grouped"]);
    let mut counted = Vec::new();
    for name in names {
        let key = key(name);
        let mut pass = |index: &mut Index| {
            let snapshot = index.snapshot(NOW);
            allocated(|| drop(snapshot.schedule(&key, &mut trail)))
        };
        for _ in 0..3 {
            pass(&mut index);
        }
        let warm = pass(&mut index);
        let changed = change(&mut index, &facts)?;
        let after = pass(&mut index);
        index.apply(changed);
        pass(&mut index);
        counted.push((name.to_owned(), [warm, after]));
    }
    Ok(counted)
}

/// A cluster in the middle becomes like another one, but for its resources: an extreme that moves is another matter. What
/// undoes it.
fn change(index: &mut Index, facts: &[Fact]) -> Result<Fact> {
    let mut clusters = facts.iter().filter_map(|fact| if let Fact::Cluster(c) = fact { Some(c) } else { None });
    let first = clusters.next().context("no cluster")?;
    let other = clusters.find(|c| c.labels != first.labels && c.taints != first.taints).context("all alike")?;
    index.apply(Fact::Cluster(Cluster { labels: other.labels.clone(), taints: other.taints.clone(), ..first.clone() }));
    Ok(Fact::Cluster(first.clone()))
}

/// Groups of other clusters are cut differently: a few more of them, or fewer.
const CALLS_APART: usize = 8;

#[test]
fn a_warm_pass_allocates_nothing_that_grows_with_the_fleet() -> Result<()> {
    let (small, large) = (15, 75);
    // Less than the smallest thing that can grow with a fleet: a bit a cluster.
    let a_bit_each = ((large - small) * KINDS / 8) as usize;
    for ((name, few), (_, many)) in passes(small)?.into_iter().zip(passes(large)?) {
        for ((calls_of_few, bytes_of_few), (calls, bytes)) in few.into_iter().zip(many) {
            assert!(calls <= calls_of_few + CALLS_APART, "{name}: {calls_of_few} allocations became {calls}");
            assert!(bytes < bytes_of_few + a_bit_each, "{name}: {bytes_of_few} bytes became {bytes}");
        }
    }
    Ok(())
}
