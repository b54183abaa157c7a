//! What happens to a hub: facts come, change and go, time moves on, and somebody looks or steps now and then.

use proptest::prelude::*;
use scheduler_core::{AddOnScore, Cluster, Fact, Key, Placement, Slice};

use super::fleet::{CLUSTER_SET, KEYS, crowd};
use super::{binding, cluster, facts, placement, score, set, slice};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Change {
    /// A fact comes, or replaces the one of its key.
    Apply(Fact),
    /// One section of the fact that stands becomes that of this one: few readers can notice. A number chooses the section.
    Graft(Fact, u8),
    /// The fact of this key goes, if there is one.
    Remove(Key),
    /// Somebody asks for this placement to be decided again.
    Wake(Key),
    /// So many seconds pass.
    Pass(u32),
    /// It becomes the time at which the index is due, or so many nanoseconds before or after.
    Due(i8),
    /// Somebody looks: every answer is asked for.
    Look,
    /// The index steps: so many of those that are awake are decided, and what was decided stands.
    Step(usize),
    /// The hub's profile is another one from now on.
    Profile(&'static str),
    /// From here on a copy lives on; the original must not notice.
    Fork,
}

/// A cluster or its score, the busiest facts of a hub.
fn busy() -> impl Strategy<Value = Fact> + Clone {
    prop_oneof![3 => cluster().prop_map(Fact::Cluster), 1 => score().prop_map(Fact::Score)]
}

fn fact() -> impl Strategy<Value = Fact> + Clone {
    prop_oneof![
        6 => busy(),
        1 => set().prop_map(Fact::Set),
        1 => binding().prop_map(Fact::Binding),
        2 => placement().prop_map(|p| Fact::Placement(Box::new(p))),
        3 => slice().prop_map(Fact::Slice),
    ]
}

/// What can be grafted onto another one.
fn scion() -> impl Strategy<Value = Fact> + Clone {
    prop_oneof![
        8 => busy(),
        2 => placement().prop_map(|p| Fact::Placement(Box::new(p))),
        2 => slice().prop_map(Fact::Slice),
    ]
}

/// One thing that happens.
pub fn change() -> impl Strategy<Value = Change> + Clone {
    let steps = prop::sample::select(&[0, 1, 1, 1, 2, usize::MAX, usize::MAX, usize::MAX][..]);
    let profile = prop::sample::select(&["upstream", "default"][..]);
    prop_oneof![
        12 => (scion(), 0..60u8).prop_map(|(fact, section)| Change::Graft(fact, section)),
        5 => fact().prop_map(Change::Apply),
        4 => fact().prop_map(|f| Change::Remove(f.key())),
        1 => placement().prop_map(|p| Change::Wake(Key::Placement(p.key))),
        2 => prop_oneof![0..100u32, 0..6000u32].prop_map(Change::Pass),
        2 => (-1..=1i8).prop_map(Change::Due),
        6 => Just(Change::Look),
        6 => steps.prop_map(Change::Step),
        1 => profile.prop_map(Change::Profile),
        1 => Just(Change::Fork),
    ]
}

/// A hub, and up to 200 changes of it. Some hubs have more names than a word has bits.
pub fn history() -> impl Strategy<Value = Vec<Change>> {
    let crowd = prop_oneof![1 => Just(Vec::new()).boxed(), 1 => crowd().boxed()];
    (facts(), crowd, prop::collection::vec(change(), 200)).prop_map(|(facts, crowd, changes)| {
        let start = crowd.into_iter().map(Fact::Cluster).chain(facts).map(Change::Apply);
        start.chain(changes).collect()
    })
}

/// One section of `from` in what stands under its key; all of it where nothing does or it has no sections.
#[must_use]
pub fn graft(onto: Option<Fact>, from: Fact, section: u8) -> Fact {
    match (onto, from) {
        (Some(Fact::Cluster(onto)), Fact::Cluster(from)) => Fact::Cluster(graft_cluster(onto, from, section)),
        (Some(Fact::Score(onto)), Fact::Score(from)) => Fact::Score(graft_score(onto, from, section)),
        (Some(Fact::Slice(onto)), Fact::Slice(from)) => Fact::Slice(graft_slice(onto, from, section)),
        (Some(Fact::Placement(onto)), Fact::Placement(from)) => {
            Fact::Placement(Box::new(graft_placement(*onto, *from, section)))
        }
        (_, from) => from,
    }
}

/// The value that `from` has for one key, or none.
fn graft_pair<V>(onto: &mut Vec<(scheduler_core::Symbol, V)>, from: Vec<(scheduler_core::Symbol, V)>, key: &str) {
    onto.retain(|(k, _)| *k != *key);
    onto.extend(from.into_iter().filter(|(k, _)| *k == *key));
    onto.sort_by(|(a, _), (b, _)| a.cmp(b));
}

fn graft_cluster(mut onto: Cluster, from: Cluster, section: u8) -> Cluster {
    let key = KEYS[usize::from(section / 12) % KEYS.len()];
    let resource = ["cpu", "memory", "gpu"][usize::from(section / 12) % 3];
    match section % 12 {
        0..=2 => graft_pair(&mut onto.labels, from.labels, key),
        3 => graft_pair(&mut onto.labels, from.labels, CLUSTER_SET),
        4 | 5 => graft_pair(&mut onto.claims, from.claims, key),
        6 => graft_pair(&mut onto.allocatable, from.allocatable, resource),
        7 => graft_pair(&mut onto.capacity, from.capacity, resource),
        8 => onto.deleting = from.deleting,
        9 => onto.taints = from.taints,
        10 => drop(onto.taints.pop()),
        // The same taints at other times.
        _ => onto.taints.iter_mut().zip(from.taints).for_each(|(taint, other)| taint.time_added = other.time_added),
    }
    onto
}

fn graft_score(mut onto: AddOnScore, from: AddOnScore, section: u8) -> AddOnScore {
    match section % 3 {
        0 => graft_pair(&mut onto.scores, from.scores, "a"),
        1 => graft_pair(&mut onto.scores, from.scores, "b"),
        _ => onto.valid_until = from.valid_until,
    }
    onto
}

fn graft_slice(mut onto: Slice, from: Slice, section: u8) -> Slice {
    match section % 4 {
        0 => onto.placement = from.placement,
        1 => onto.clusters.extend(from.clusters.into_iter().take(1)),
        2 => drop(onto.clusters.pop()),
        _ => onto.clusters.reverse(),
    }
    onto
}

fn graft_placement(onto: Placement, from: Placement, section: u8) -> Placement {
    match section % 12 {
        0 => Placement { want: from.want, ..onto },
        1 => Placement { predicates: from.predicates, ..onto },
        2 => Placement { tolerations: from.tolerations, ..onto },
        3 => Placement { policy: from.policy, ..onto },
        4 => Placement { groups: from.groups, ..onto },
        5 => Placement { cluster_sets: from.cluster_sets, ..onto },
        6 => Placement { created: from.created, ..onto },
        7 => Placement { profile: from.profile, ..onto },
        8 => Placement { extensions: from.extensions, ..onto },
        9 => Placement { deleting: from.deleting, disabled: from.disabled, ..onto },
        10 => Placement { warnings: from.warnings, generation: onto.generation + 1, ..onto },
        _ => Placement { recorded: from.recorded, ..onto },
    }
}
