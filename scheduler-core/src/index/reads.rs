//! Handles: what a plugin may read in a pass, minted while it compiles itself for one placement.

use super::Reader;
use super::columns::{Column, Texts};
use super::selectors::SelectorId;
use super::store::Store;
use super::taints::{Judge, TaintClasses};
use crate::placement::Toleration;
use crate::{Selector, Source};

/// What one compiled placement holds, to be released with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handles {
    selectors: Vec<SelectorId>,
    columns: Vec<Column>,
    judging: Vec<u32>,
}

/// Mints handles for one placement. Asking is declaring: in a pass a plugin can read only what it holds a handle for, and
/// only that wakes the placement.
pub struct Reads<'a> {
    store: &'a mut Store,
    handles: &'a mut Handles,
    reader: Reader,
}

impl<'a> Reads<'a> {
    pub(crate) fn new(store: &'a mut Store, handles: &'a mut Handles, reader: Reader) -> Self {
        Reads { store, handles, reader }
    }

    /// The kept set of a selector. Its parts wake nobody. O(rows) the first time, then patched.
    pub fn selector(&mut self, which: &Selector) -> SelectorId {
        let id = self.store.hold_selector(which);
        self.keep_selector(id)
    }

    /// The members of sets that are not being deleted.
    pub(crate) fn eligible(&mut self, sets: &[&Selector]) -> SelectorId {
        let id = self.store.hold_eligible(sets);
        self.keep_selector(id)
    }

    /// What is asked for from now on matters only for clusters in this kept set, of which this placement holds a handle, and
    /// for what stands: all others are out whatever the rest says. Changes elsewhere wake the placement no more.
    ///
    /// For a filter that takes the others out and cannot fail.
    pub fn within(&mut self, which: SelectorId) {
        self.store.gates.push(self.reader, which);
    }

    fn keep_selector(&mut self, id: SelectorId) -> SelectorId {
        self.handles.selectors.push(id);
        let gates = self.store.gates.count(self.reader);
        self.store.selectors.readers_mut(id).insert(self.reader, gates);
        id
    }

    #[expect(clippy::needless_pass_by_value, reason = "a source is made for the call")]
    /// A column of numbers: binary64 a cluster, NaN where it has none. O(rows) the first time, then patched.
    pub fn numbers(&mut self, of: Source) -> Column {
        let column = self.store.hold_column(&of);
        self.handles.columns.push(column);
        if of != Source::Decisions {
            let gates = self.store.gates.count(self.reader);
            self.store.columns.slot_mut(column).readers.insert(self.reader, gates);
        }
        column
    }

    /// Whether a column was asked for by now.
    pub(crate) fn reads_columns(&self) -> bool {
        !self.handles.columns.is_empty()
    }

    /// A column of texts, as dictionary codes.
    pub fn texts(&mut self, of: Source) -> Texts {
        Texts(self.numbers(of))
    }

    /// The taint classes, for a placement that judges them so: a change between lists that it judges alike, no times
    /// mattering, wakes it not.
    pub fn taints(&mut self, tolerations: &[Toleration], judge: Judge) -> TaintClasses {
        let gates = self.store.gates.count(self.reader);
        let (judging, readers) = self.store.classes.judging(tolerations, judge);
        readers.insert(self.reader, gates);
        self.handles.judging.push(judging);
        TaintClasses(())
    }
}

impl Handles {
    /// Gives everything back.
    pub(super) fn release(&self, store: &mut Store, reader: Reader) {
        for id in &self.selectors {
            // Before releasing: the same selector may be held twice, and is read as long as one hold is left.
            store.selectors.readers_mut(*id).remove(reader);
            store.release_selector(*id);
        }
        for column in &self.columns {
            store.columns.slot_mut(*column).readers.remove(reader);
            store.release_column(*column);
        }
        for judging in &self.judging {
            store.classes.unread_by(*judging, reader);
        }
        store.gates.clear(reader);
    }
}
