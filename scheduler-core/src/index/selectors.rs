//! Selectors as kept bitmaps: interned bottom-up, equal ones once, patched bit by bit as cells change.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Reader;
use super::columns::Column;
use super::interner::Code;
use super::slab::Slab;
use super::store::Store;
use crate::{ClusterId, ClusterSet, Selector};

/// Handle of a kept set of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SelectorId(u32);

/// One node of a selector, its parts interned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    readers: BTreeSet<Reader>,
}

/// All selectors of one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selectors {
    slots: Slab<SelectorSlot>,
    by_node: BTreeMap<Node, SelectorId>,
    /// Held since the last `fill`: their bits are not made yet.
    pub(super) unbuilt: Vec<SelectorId>,
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

    pub(super) fn read_by(&mut self, id: SelectorId, reader: Reader) {
        self.slot_mut(id).readers.insert(reader);
    }

    pub(super) fn unread_by(&mut self, id: SelectorId, reader: Reader) {
        self.slot_mut(id).readers.remove(&reader);
    }

    /// The selector that tests whether a cluster is being deleted, where anybody holds it: it is in no column.
    pub(super) fn live(&self) -> Option<SelectorId> {
        self.by_node.get(&Node::Live).copied()
    }

    /// Every selector, parts before what is made of them.
    pub(super) fn bottom_up(&self) -> Vec<SelectorId> {
        let mut all: Vec<SelectorId> = self.by_node.values().copied().collect();
        all.sort_unstable_by_key(|id| (self.slot(*id).depth, *id));
        all
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
            Selector::And(parts) => Node::And(self.hold_parts(parts)),
            Selector::Or(parts) => Node::Or(self.hold_parts(parts)),
        };
        self.hold_node(node)
    }

    /// What is eligible through these sets: their members that are not being deleted (ELIG-3).
    pub(super) fn hold_eligible(&mut self, sets: &[&Selector]) -> SelectorId {
        let mut members: Vec<SelectorId> = sets.iter().map(|s| self.hold_selector(s)).collect();
        members.sort_unstable();
        let members = self.hold_node(Node::Or(members.into()));
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
        if let Some(id) = self.selectors.by_node.get(&node).copied() {
            self.selectors.slot_mut(id).holders += 1;
            self.release_parts(&node);
            return id;
        }
        let id = SelectorId(self.selectors.slots.next());
        let mut depth = 0;
        match &node {
            Node::All | Node::Live => {}
            Node::Has(column) | Node::In(column, _) => self.columns.slot_mut(*column).tests.push(id),
            Node::Not(part) => depth = self.adopt(id, std::slice::from_ref(part)),
            Node::And(parts) | Node::Or(parts) => depth = self.adopt(id, parts),
        }
        let (bits, parents, readers) = (Arc::default(), Vec::new(), BTreeSet::new());
        self.selectors.by_node.insert(node.clone(), id);
        self.selectors.slots.insert(SelectorSlot { node, bits, holders: 1, depth, parents, readers });
        self.selectors.unbuilt.push(id);
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
        let node = slot.node.clone();
        self.selectors.by_node.remove(&node);
        self.selectors.slots.remove(id.0);
        self.selectors.unbuilt.retain(|unbuilt| *unbuilt != id);
        match &node {
            Node::All | Node::Live => {}
            Node::Has(column) | Node::In(column, _) => self.columns.slot_mut(*column).tests.retain(|t| *t != id),
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
    fn holds(&self, node: &Node, row: usize) -> bool {
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

    /// Patches the bit of one row in these selectors and in all that is made of them, and wakes who reads one that changed.
    pub(super) fn patch(&mut self, mut work: Vec<SelectorId>, row: usize) {
        while let Some(id) = work.pop() {
            let bit = self.holds(&self.selectors.slot(id).node, row);
            let slot = self.selectors.slot_mut(id);
            if slot.bits.contains(ClusterId::at(row)) == bit {
                continue;
            }
            Arc::make_mut(&mut slot.bits).set(ClusterId::at(row), bit);
            work.extend(&slot.parents);
            self.woken.extend(&slot.readers);
        }
    }

    /// Patches the bit of one row in every selector: the row is new, or its cluster came or went.
    pub(super) fn patch_all(&mut self, row: usize, bottom_up: Option<&[SelectorId]>) {
        let all = bottom_up.map_or_else(|| Cow::Owned(self.selectors.bottom_up()), Cow::Borrowed);
        for id in all.iter() {
            self.patch(vec![*id], row);
        }
    }
}
