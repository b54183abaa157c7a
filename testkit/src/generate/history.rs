//! What happens to a hub: facts come, change and go, and time moves on.

use proptest::prelude::*;
use scheduler_core::{Fact, Key};

use super::{binding, cluster, placement, score, set, slice};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Change {
    /// A fact comes, or replaces the one of its key.
    Apply(Fact),
    /// The fact of this key goes, if there is one.
    Remove(Key),
    /// So many seconds pass.
    Pass(u32),
    /// Somebody looks: a snapshot is taken, so that what is dirty is filled.
    Look,
    /// The index steps: whoever is awake is decided, and what was decided stands.
    Step,
}

fn fact() -> impl Strategy<Value = Fact> + Clone {
    prop_oneof![
        5 => cluster().prop_map(Fact::Cluster),
        1 => set().prop_map(Fact::Set),
        1 => binding().prop_map(Fact::Binding),
        2 => placement().prop_map(|p| Fact::Placement(Box::new(p))),
        3 => slice().prop_map(Fact::Slice),
        3 => score().prop_map(Fact::Score),
    ]
}

/// Up to 30 changes.
pub fn history() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        6 => fact().prop_map(Change::Apply),
        3 => fact().prop_map(|f| Change::Remove(f.key())),
        1 => (0..100u32).prop_map(Change::Pass),
        2 => Just(Change::Look),
        1 => Just(Change::Step),
    ];
    prop::collection::vec(change, 0..30)
}
