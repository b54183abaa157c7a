//! Taint classes: clusters with the same taints share one, so that a placement judges each list once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Reader;
use super::interner::{Code, Interner};
use super::room::spread;
use super::row::ClusterRow;
use super::slab::Slab;
use crate::{ClusterId, ClusterSet, Taint};

/// Handle of the taint classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaintClasses(pub(super) ());

/// Key, value and effect of each taint, in order. Times are in the rows.
type Class = Box<[(Code, Code, Code)]>;

#[derive(Clone, Debug)]
struct ClassSlot {
    class: Class,
    taints: Arc<[Taint]>,
    members: ClusterSet,
    size: u32,
}

/// The classes of one index. A cluster without taints is in none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    slots: Slab<ClassSlot>,
    by_class: BTreeMap<Class, u32>,
    /// A slot a row, plus one; 0: no class.
    of_row: Vec<u32>,
    pub(super) readers: BTreeSet<Reader>,
}

impl Classes {
    /// The distinct lists of taints with their clusters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[Taint], &ClusterSet)> {
        self.slots.values().map(|slot| (&*slot.taints, &slot.members))
    }

    pub(super) fn spread(&mut self, at: &[u32], rows: usize) {
        spread(&mut self.of_row, at, 0);
        self.slots.values_mut().for_each(|slot| slot.members.spread(at, rows));
    }

    /// Puts a row into the class of its taints.
    pub(super) fn put(&mut self, row: usize, cluster: Option<&ClusterRow>, interner: &Interner) {
        let taints = cluster.map_or(&[][..], |c| &c.taints);
        let class: Class = taints.iter().map(|t| (t.key, t.value, t.effect)).collect();
        let old = self.of_row[row];
        if old > 0 && self.slots.get(old - 1).is_some_and(|slot| slot.class == class) {
            return;
        }
        self.leave(row, old);
        if class.is_empty() {
            return;
        }
        let at = self.by_class.get(&class).copied().unwrap_or_else(|| {
            let taints = taints.iter().map(|t| Taint { time_added: None, ..t.taint(interner) }).collect();
            let slot =
                ClassSlot { class: class.clone(), taints, members: ClusterSet::empty(self.of_row.len()), size: 0 };
            let at = self.slots.insert(slot);
            self.by_class.insert(class, at);
            at
        });
        if let Some(slot) = self.slots.get_mut(at) {
            slot.members.set(ClusterId::at(row), true);
            slot.size += 1;
        }
        self.of_row[row] = at + 1;
    }

    fn leave(&mut self, row: usize, class: u32) {
        self.of_row[row] = 0;
        let Some(at) = class.checked_sub(1) else { return };
        let Some(slot) = self.slots.get_mut(at) else { return };
        slot.members.set(ClusterId::at(row), false);
        slot.size -= 1;
        if slot.size == 0 {
            self.by_class.remove(&slot.class);
            self.slots.remove(at);
        }
    }
}
