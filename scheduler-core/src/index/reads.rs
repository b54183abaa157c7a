//! Handles: what a plugin may read in a pass, minted while it compiles itself for one placement.

use std::sync::Arc;

use super::Reader;
use super::columns::{Column, Texts};
use super::derived::{Derive, Derived};
use super::inputs::Inputs;
use super::selectors::SelectorId;
use super::store::Store;
use super::taints::{Judge, TaintClasses};
use crate::placement::Toleration;
use crate::{Selector, Source, Symbol};

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
    reads_cells: bool,
}

impl<'a> Reads<'a> {
    pub(crate) fn new(store: &'a mut Store, handles: &'a mut Handles, reader: Reader) -> Self {
        Reads { store, handles, reader, reads_cells: false }
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
        self.reads(column, &of);
        column
    }

    /// From now on the placement wakes where a cell of the column changes.
    fn reads(&mut self, column: Column, of: &Source) {
        self.reads_cells = true;
        if *of != Source::Decisions {
            let gates = self.store.gates.count(self.reader);
            self.store.columns.slot_mut(column).readers.insert(self.reader, gates);
        }
    }

    /// Whether the cells of a column were asked for by now.
    pub(crate) fn reads_cells(&self) -> bool {
        self.reads_cells
    }

    /// A column of texts, as dictionary codes.
    pub fn texts(&mut self, of: Source) -> Texts {
        Texts(self.numbers(of))
    }

    /// A column of what a row-local function says of other columns; equal keys mean equal functions of equal inputs, and are
    /// one column. The placement wakes when the function fails and when it recovers; to read its cells ask for
    /// [`Derived::source`].
    pub fn derived(&mut self, key: &Symbol, inputs: &[Source], function: impl FnOnce() -> Arc<dyn Derive>) -> Derived {
        let derived = self.store.hold_derived(key, inputs, function);
        self.handles.columns.push(derived.column());
        if let Some(deriving) = &mut self.store.columns.slot_mut(derived.column()).derived {
            deriving.dependents.insert(self.reader, 0);
        }
        derived
    }

    /// Several columns that are read together: the inputs of a function that is asked for whole batches in a pass. An
    /// expired score is absent in them.
    pub fn inputs(&mut self, sources: &[Source]) -> Inputs {
        let inputs = sources.iter().map(|source| {
            let input = self.store.hold_input(source);
            self.handles.columns.extend(input.columns());
            self.reads(input.column(), source);
            // Time alone changes no cell: whoever reads a score wakes by the set of those that are past their time.
            if let Source::Score(resource, _) = source {
                self.selector(&Selector::Has(Source::Expired(resource.clone())));
            }
            input
        });
        Inputs(inputs.collect())
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
            let slot = store.columns.slot_mut(*column);
            slot.readers.remove(reader);
            if let Some(deriving) = &mut slot.derived {
                deriving.dependents.remove(reader);
            }
            store.release_column(*column);
        }
        for judging in &self.judging {
            store.classes.unread_by(*judging, reader);
        }
        store.gates.clear(reader);
    }
}
