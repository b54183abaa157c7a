//! Selectors as kept bitmaps: interned bottom-up, equal ones once, patched bit by bit as cells change.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::columns::Column;
use super::interner::Code;
use super::readers::Readers;
use super::slab::Slab;
use super::store::Store;
use crate::{ClusterId, ClusterSet, Selector};

/// Handle of a kept set of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SelectorId(u32);

/// One node of a selector, its parts interned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    All,
    /// Clusters that are not being deleted (ELIG-3).
    Live,
    Has(Column),
    In(Column, Box<[Code]>),
    Not(SelectorId),
    And(Box<[SelectorId]>),
    Or(Box<[SelectorId]>),
}

#[derive(Clone, Debug)]
pub(super) struct SelectorSlot {
    pub(super) node: Node,
    pub(super) bits: Arc<ClusterSet>,
    holders: u32,
    /// Parts lie deeper than what is made of them: 0 for a node without parts.
    pub(super) depth: u32,
    parents: Vec<SelectorId>,
    pub(super) readers: Readers,
    /// The change that last patched it, so that each does so once.
    patched: u64,
}

/// All selectors of one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selectors {
    slots: Slab<SelectorSlot>,
    // Looked up, never iterated: hash order cannot leak.
    by_node: HashTable<SelectorId>,
    hasher: DefaultHashBuilder,
    /// Held since the last `fill`: their bits are not made yet.
    pub(super) unbuilt: Vec<SelectorId>,
    /// Counts changes.
    changes: u64,
    /// By depth, what the change under way has still to look at. Memory that is reused.
    work: Vec<Vec<SelectorId>>,
    /// What it has changed.
    flipped: Vec<SelectorId>,
}

impl Selectors {
    pub(super) fn slot(&self, id: SelectorId) -> &SelectorSlot {
        match self.slots.get(id.0) {
            Some(slot) => slot,
            None => unreachable!("a handle keeps its selector"),
        }
    }

    pub(super) fn slot_mut(&mut self, id: SelectorId) -> &mut SelectorSlot {
        match self.slots.get_mut(id.0) {
            Some(slot) => slot,
            None => unreachable!("a handle keeps its selector"),
        }
    }

    pub(crate) fn bits(&self, id: SelectorId) -> &ClusterSet {
        &self.slot(id).bits
    }

    /// Makes room for new rows; the caller refreshes them.
    pub(super) fn spread(&mut self, at: &[u32], rows: usize) {
        for slot in self.slots.values_mut() {
            Arc::make_mut(&mut slot.bits).spread(at, rows);
        }
    }

    pub(super) fn readers_mut(&mut self, id: SelectorId) -> &mut Readers {
        &mut self.slot_mut(id).readers
    }

    /// The selector that tests whether a cluster is being deleted, where anybody holds it: it is in no column.
    pub(super) fn live(&self) -> Option<SelectorId> {
        self.find(&Node::Live)
    }

    fn find(&self, node: &Node) -> Option<SelectorId> {
        self.by_node.find(self.hasher.hash_one(node), |id| self.slot(*id).node == *node).copied()
    }

    /// Looks at a selector in the change under way, after its parts.
    fn look_at(&mut self, id: SelectorId) {
        let changes = self.changes;
        let slot = self.slot_mut(id);
        if slot.patched == changes {
            return;
        }
        slot.patched = changes;
        let depth = slot.depth as usize;
        if self.work.len() <= depth {
            self.work.resize_with(depth + 1, Vec::new);
        }
        self.work[depth].push(id);
    }

    /// Whether a part that the change under way has not come to decides alone what a selector says of a row: no other part
    /// matters then. Parts are shared and few, so this is cheaper than to look at one bit more.
    fn stays_as_it_is(&self, id: SelectorId, row: usize) -> bool {
        let says = |part: &SelectorId, bit: bool| {
            let slot = self.slot(*part);
            slot.patched != self.changes && slot.bits.contains(ClusterId::at(row)) == bit
        };
        match &self.slot(id).node {
            Node::And(parts) => parts.iter().any(|part| says(part, false)),
            Node::Or(parts) => parts.iter().any(|part| says(part, true)),
            Node::All | Node::Live | Node::Has(_) | Node::In(..) | Node::Not(_) => false,
        }
    }

    /// Every selector, parts before what is made of them.
    pub(super) fn bottom_up(&self) -> Vec<SelectorId> {
        let mut all: Vec<(u32, SelectorId)> =
            self.slots.iter().map(|(at, slot)| (slot.depth, SelectorId(at))).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect()
    }
}

impl Store {
    /// The kept set of a selector, held once more; `fill` makes it where nobody held it.
    pub(super) fn hold_selector(&mut self, selector: &Selector) -> SelectorId {
        let node = match selector {
            Selector::All => Node::All,
            Selector::Has(source) => Node::Has(self.hold_column(source)),
            Selector::In(source, values) => {
                let column = self.hold_column(source);
                let mut codes: Vec<Code> = values.iter().map(|v| self.interner.intern(v)).collect();
                codes.sort_unstable();
                Node::In(column, codes.into())
            }
            Selector::Not(inner) => Node::Not(self.hold_selector(inner)),
            // Of one part: that part, whose clusters are the same.
            Selector::And(parts) | Selector::Or(parts) if parts.len() == 1 => return self.hold_selector(&parts[0]),
            Selector::And(parts) => Node::And(self.hold_parts(parts)),
            Selector::Or(parts) => Node::Or(self.hold_parts(parts)),
        };
        self.hold_node(node)
    }

    /// What is eligible through these sets: their members that are not being deleted (ELIG-3).
    pub(super) fn hold_eligible(&mut self, sets: &[&Selector]) -> SelectorId {
        let mut members: Vec<SelectorId> = sets.iter().map(|s| self.hold_selector(s)).collect();
        members.sort_unstable();
        let members = match members[..] {
            [alone] => alone,
            _ => self.hold_node(Node::Or(members.into())),
        };
        let live = self.hold_node(Node::Live);
        self.hold_node(Node::And(Box::new([members, live])))
    }

    fn hold_parts(&mut self, parts: &[Selector]) -> Box<[SelectorId]> {
        // Sorted, so that the order in which a user wrote them makes no second bitmap.
        let mut ids: Box<[SelectorId]> = parts.iter().map(|p| self.hold_selector(p)).collect();
        ids.sort_unstable();
        ids
    }

    /// Takes over one hold of each part of `node`.
    fn hold_node(&mut self, node: Node) -> SelectorId {
        if let Some(id) = self.selectors.find(&node) {
            self.selectors.slot_mut(id).holders += 1;
            self.release_parts(&node);
            return id;
        }
        let id = SelectorId(self.selectors.slots.next());
        let mut depth = 0;
        match &node {
            Node::All | Node::Live => {}
            Node::Has(column) => self.columns.slot_mut(*column).tests.insert(None, id),
            Node::In(column, values) => self.columns.slot_mut(*column).tests.insert(Some(values), id),
            Node::Not(part) => depth = self.adopt(id, std::slice::from_ref(part)),
            Node::And(parts) | Node::Or(parts) => depth = self.adopt(id, parts),
        }
        let Selectors { slots, by_node, hasher, unbuilt, .. } = &mut self.selectors;
        let hash = hasher.hash_one(&node);
        let (bits, parents, readers) = (Arc::default(), Vec::new(), Readers::default());
        slots.insert(SelectorSlot { node, bits, holders: 1, depth, parents, readers, patched: 0 });
        by_node.insert_unique(hash, id, |id| slots.get(id.0).map_or(0, |slot| hasher.hash_one(&slot.node)));
        unbuilt.push(id);
        id
    }

    fn adopt(&mut self, parent: SelectorId, parts: &[SelectorId]) -> u32 {
        let mut depth = 0;
        for part in parts {
            let slot = self.selectors.slot_mut(*part);
            slot.parents.push(parent);
            depth = depth.max(slot.depth + 1);
        }
        depth
    }

    /// Undoes one hold.
    pub(super) fn release_selector(&mut self, id: SelectorId) {
        let slot = self.selectors.slot_mut(id);
        slot.holders -= 1;
        if slot.holders > 0 {
            return;
        }
        let Selectors { slots, by_node, hasher, unbuilt, .. } = &mut self.selectors;
        let Some(SelectorSlot { node, .. }) = slots.remove(id.0) else { return };
        if let Ok(entry) = by_node.find_entry(hasher.hash_one(&node), |other| *other == id) {
            entry.remove();
        }
        unbuilt.retain(|unbuilt| *unbuilt != id);
        match &node {
            Node::All | Node::Live => {}
            Node::Has(column) => self.columns.slot_mut(*column).tests.remove(None, id),
            Node::In(column, values) => self.columns.slot_mut(*column).tests.remove(Some(values), id),
            Node::Not(part) => self.disown(id, std::slice::from_ref(part)),
            Node::And(parts) | Node::Or(parts) => self.disown(id, parts),
        }
        self.release_parts(&node);
    }

    fn disown(&mut self, parent: SelectorId, parts: &[SelectorId]) {
        for part in parts {
            self.selectors.slot_mut(*part).parents.retain(|p| *p != parent);
        }
    }

    fn release_parts(&mut self, node: &Node) {
        match node {
            Node::All | Node::Live => {}
            Node::Has(column) => self.release_column(*column),
            Node::In(column, codes) => {
                codes.iter().for_each(|code| self.interner.release(*code));
                self.release_column(*column);
            }
            Node::Not(part) => self.release_selector(*part),
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| self.release_selector(*part)),
        }
    }

    /// Whether the cluster of a row is in the set that a node describes, given the bits of its parts.
    pub(super) fn holds(&self, node: &Node, row: usize) -> bool {
        let cluster = ClusterId::at(row);
        let part = |id: &SelectorId| self.selectors.bits(*id).contains(cluster);
        self.rows[row].cluster.as_ref().is_some_and(|facts| match node {
            Node::All => true,
            Node::Live => !facts.deleting,
            Node::Has(column) => self.columns.slot(*column).has(row, self.now),
            Node::In(column, codes) => codes.binary_search(&self.columns.slot(*column).code(row)).is_ok(),
            Node::Not(id) => !part(id),
            Node::And(ids) => ids.iter().all(part),
            Node::Or(ids) => ids.iter().any(part),
        })
    }

    /// Patches the bit of one row in these tests of columns and in what is made of them, each once and parts before what is
    /// made of them, and wakes who reads one that changed.
    pub(super) fn patch(&mut self, tests: &[SelectorId], row: usize) {
        self.selectors.changes += 1;
        tests.iter().for_each(|id| self.selectors.look_at(*id));
        for depth in 0.. {
            let Some(level) = self.selectors.work.get_mut(depth) else { break };
            let mut level = std::mem::take(level);
            for id in level.drain(..) {
                self.patch_one(id, row, true);
            }
            self.selectors.work[depth] = level;
        }
        self.wake_flipped(row);
    }

    /// Patches the bit of one row in every selector: the row is new, or its cluster came or went. `bottom_up` are all of
    /// them, where the caller knows them.
    pub(super) fn patch_all(&mut self, row: usize, bottom_up: Option<&[SelectorId]>) {
        let all = bottom_up.map_or_else(|| Cow::Owned(self.selectors.bottom_up()), Cow::Borrowed);
        all.iter().for_each(|id| self.patch_one(*id, row, false));
        self.wake_flipped(row);
    }

    fn patch_one(&mut self, id: SelectorId, row: usize, parents: bool) {
        let bit = self.holds(&self.selectors.slot(id).node, row);
        let slot = self.selectors.slot_mut(id);
        if slot.bits.contains(ClusterId::at(row)) == bit {
            return;
        }
        Arc::make_mut(&mut slot.bits).set(ClusterId::at(row), bit);
        self.selectors.flipped.push(id);
        if parents {
            let parents = std::mem::take(&mut self.selectors.slot_mut(id).parents);
            for parent in &parents {
                // Should that part change later on, it comes here as well.
                if !self.selectors.stays_as_it_is(*parent, row) {
                    self.selectors.look_at(*parent);
                }
            }
            self.selectors.slot_mut(id).parents = parents;
        }
    }

    fn wake_flipped(&mut self, row: usize) {
        for id in &self.selectors.flipped {
            let readers = self.selectors.slot(*id).readers.of_row(row, &self.gates, &self.selectors);
            readers.filter(|(_, let_in)| *let_in).for_each(|(reader, _)| self.woken.insert(reader));
        }
        self.selectors.flipped.clear();
    }
}
