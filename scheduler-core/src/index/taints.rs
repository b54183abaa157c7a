//! Taint classes: clusters with the same taints share one, so that a placement judges each list once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use super::interner::{Code, Interner};
use super::readers::{Gates, Readers, Woken};
use super::room::spread;
use super::row::ClusterRow;
use super::selectors::Selectors;
use super::slab::Slab;
use crate::placement::Toleration;
use crate::{ClusterId, ClusterSet, Taint};

/// Handle of the taint classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaintClasses(pub(super) ());

/// What tolerations make of a list of taints whose times are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Whether it lets in a cluster that stands already.
    pub standing: bool,
    /// Whether it lets in any other.
    pub new: bool,
    /// The times of the taints matter as well, or that of the pass.
    pub timed: bool,
}

/// Judges a list of taints by a list of tolerations. Nothing else may count.
pub type Judge = fn(&[Toleration], &[Taint]) -> Tolerance;

/// Placements that judge alike.
#[derive(Clone, Debug)]
struct Judging {
    tolerations: Box<[Toleration]>,
    judge: Judge,
    readers: Readers,
}

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
    /// Few: hubs repeat their tolerations.
    judging: Slab<Judging>,
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

    /// Who judges so. O(distinct lists of tolerations).
    pub(super) fn judging(&mut self, tolerations: &[Toleration], judge: Judge) -> (u32, &mut Readers) {
        let alike = |j: &Judging| *j.tolerations == *tolerations && std::ptr::fn_addr_eq(j.judge, judge);
        let known = self.judging.iter().find(|(_, j)| alike(j)).map(|(at, _)| at);
        let at = known.unwrap_or_else(|| {
            self.judging.insert(Judging { tolerations: tolerations.into(), judge, readers: Readers::default() })
        });
        match self.judging.get_mut(at) {
            Some(judging) => (at, &mut judging.readers),
            None => unreachable!("found or inserted above"),
        }
    }

    pub(super) fn unread_by(&mut self, judging: u32, reader: Reader) {
        let Some(judges) = self.judging.get_mut(judging) else { return };
        judges.readers.remove(reader);
        if judges.readers.is_empty() {
            self.judging.remove(judging);
        }
    }

    /// The taints of a row's class.
    pub(super) fn of(&self, row: usize) -> Arc<[Taint]> {
        let class = self.of_row[row].checked_sub(1).and_then(|at| self.slots.get(at));
        class.map_or_else(|| Arc::from([]), |slot| slot.taints.clone())
    }

    /// A row had other taints `before`, or the same at other times: wakes those to whom that matters.
    /// O(distinct lists of tolerations), and the readers of those that tell the two lists apart.
    pub(super) fn wake(&self, row: usize, before: &[Taint], gates: &Gates, selectors: &Selectors, woken: &mut Woken) {
        let after = self.of(row);
        for judging in self.judging.values() {
            let [was, is] = [before, &after].map(|taints| (judging.judge)(&judging.tolerations, taints));
            let timed = was.timed || is.timed;
            if was == is && !timed {
                continue;
            }
            for (reader, let_in) in judging.readers.of_row(row, gates, selectors) {
                let standing = timed || let_in && was.standing != is.standing;
                let new = let_in && (timed || was.new != is.new);
                woken.insert_where(reader, row, standing, new);
            }
        }
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
