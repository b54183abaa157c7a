//! Values of some rows, gathered for functions that take columns.

use std::sync::Arc;

use hashbrown::HashMap;
use kube_text::Time;

use super::Index;
use super::columns::{Cells, Column, ColumnSlot};
use super::interner::Code;
use super::store::Store;
use crate::{ClusterId, Source, Symbol};

/// One input of a function: a column and, of a score, when each expires.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    column: Column,
    expiry: Option<Column>,
}

impl Input {
    pub(super) fn column(&self) -> Column {
        self.column
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = Column> + use<> {
        [self.column].into_iter().chain(self.expiry)
    }
}

/// Handle of several inputs.
#[derive(Clone, Debug)]
pub struct Inputs(pub(super) Box<[Input]>);

impl Inputs {
    pub(crate) fn list(&self) -> &[Input] {
        &self.0
    }
}

/// In which state the values of some inputs are: equal versions, equal values. Of one index and no other.
#[derive(Clone, Debug)]
pub struct Version {
    owner: Arc<()>,
    columns: Box<[(u64, Option<Time>)]>,
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.owner, &other.owner) && self.columns == other.columns
    }
}

impl Index {
    pub(crate) fn version(&self, inputs: &[Input]) -> Version {
        let column = |column| {
            let slot = self.store.columns.slot(column);
            // Scores expire without a change; the next one to do so is another one then.
            (slot.version, slot.next_expiry)
        };
        let columns = inputs.iter().flat_map(Input::columns).map(column).collect();
        Version { owner: self.identity.token(), columns }
    }
}

impl Store {
    /// The input that a source is. An expired score is absent there, though its column still has it.
    pub(super) fn hold_input(&mut self, source: &Source) -> Input {
        let column = self.hold_column(source);
        let expiry = match source {
            Source::Score(resource, _) => Some(self.hold_column(&Source::Expired(resource.clone()))),
            _ => None,
        };
        Input { column, expiry }
    }
}

/// Some clusters, and the inputs of a function in them.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    store: &'a Store,
    inputs: &'a [Input],
    clusters: &'a [ClusterId],
}

/// The values of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// A number a row; NaN where it has none.
    Numbers(Vec<f64>),
    /// A text a row: `texts[codes[i]]`.
    Texts {
        /// Each text once, by the first row that has it; the first one is "" and means none.
        texts: Vec<Symbol>,
        /// One a row.
        codes: Vec<u32>,
    },
}

impl<'a> Rows<'a> {
    pub(crate) fn new(store: &'a Store, inputs: &'a [Input], clusters: &'a [ClusterId]) -> Self {
        Rows { store, inputs, clusters }
    }

    /// The clusters, ascending by name.
    #[must_use]
    pub fn clusters(&self) -> &'a [ClusterId] {
        self.clusters
    }

    /// Some of them alone.
    #[must_use]
    pub fn only(&self, clusters: &'a [ClusterId]) -> Rows<'a> {
        Rows { clusters, ..*self }
    }

    /// The values of each input, in the order in which they were asked for. O(clusters × inputs).
    #[must_use]
    pub fn values(&self) -> Vec<Values> {
        self.inputs.iter().map(|input| self.of(input)).collect()
    }

    fn of(&self, input: &Input) -> Values {
        let slot = self.store.columns.slot(input.column);
        match &slot.cells {
            Cells::Numbers(cells) => {
                let expiry = input.expiry.map(|column| self.store.columns.slot(column));
                let past = |row: usize| expiry.is_some_and(|slot: &ColumnSlot| slot.has(row, self.store.now));
                let number = |cluster: &ClusterId| match past(cluster.row()) {
                    true => f64::NAN,
                    false => cells[cluster.row()],
                };
                Values::Numbers(self.clusters.iter().map(number).collect())
            }
            Cells::Texts(cells) => self.texts(cells),
            // No function asks for times.
            Cells::Times(_) => Values::Numbers(vec![f64::NAN; self.clusters.len()]),
        }
    }

    fn texts(&self, cells: &[Code]) -> Values {
        const NONE: u32 = 0;
        let mut known = Known::new(self.clusters.len(), self.store.interner.codes());
        let mut texts = vec![Symbol::default()];
        let code = |cluster: &ClusterId| {
            let code = cells[cluster.row()];
            let text = self.store.interner.text(code);
            // A value that is empty is like none: the first text is both.
            if !code.is_present() || text.is_empty() {
                return NONE;
            }
            let here = known.at(code.at());
            if *here == NONE {
                *here = texts.len() as u32;
                texts.push(text.clone());
            }
            *here
        };
        let codes = self.clusters.iter().map(code).collect();
        Values::Texts { texts, codes }
    }
}

/// By the code of the whole index, the one here; 0 where there is none yet.
enum Known {
    /// A place for every code. Memory that is zeroed costs nothing where nobody looks, but it costs something to have.
    All(Vec<u32>),
    Some(HashMap<usize, u32>),
}

impl Known {
    fn new(rows: usize, codes: usize) -> Known {
        // So few rows touch few of the places.
        if rows * 16 < codes { Known::Some(HashMap::with_capacity(rows)) } else { Known::All(vec![0; codes]) }
    }

    fn at(&mut self, code: usize) -> &mut u32 {
        match self {
            Known::All(known) => &mut known[code],
            Known::Some(known) => known.entry(code).or_default(),
        }
    }
}
