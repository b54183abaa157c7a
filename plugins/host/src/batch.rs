//! The columns of one call.

use scheduler_core::Symbol;

use crate::contract::wit::placewright::placement::types as said;
use crate::plan::{Encoding, Plan};

/// The columns that a plan asks for, of some clusters.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    rows: u32,
    columns: Vec<Column<'a>>,
}

/// One column of a batch.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// One number a row.
    Numbers(&'a [f64]),
    /// Row i holds `values[codes[i]]`; `values[0]` is "" and means absent.
    Texts {
        /// Each distinct text, "" first.
        values: &'a [Symbol],
        /// One code a row.
        codes: &'a [u32],
    },
}

/// A batch is not what the plan asks for: a mistake of the host, never of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOfThePlan {
    /// More or fewer columns than inputs.
    #[error("{got} columns, and the plan has {want} inputs")]
    Columns {
        /// How many there are.
        got: usize,
        /// How many the plan asks for.
        want: usize,
    },
    /// Numbers where the plan has texts, or the other way round.
    #[error("column {at} is not of the plan's kind")]
    Encoding {
        /// Which.
        at: usize,
    },
    /// A column of another length.
    #[error("column {at} has {got} rows instead of {want}")]
    Rows {
        /// Which.
        at: usize,
        /// How many rows it has.
        got: usize,
        /// How many the batch has.
        want: u32,
    },
    /// A code without a text, or a first text that is not "".
    #[error("column {at} has codes without a text, or does not begin with \"\"")]
    Codes {
        /// Which.
        at: usize,
    },
}

impl<'a> Batch<'a> {
    /// Puts the columns of `rows` clusters together. O(cells of texts).
    ///
    /// # Errors
    /// They are not what the plan asks for.
    pub fn new(plan: &Plan, rows: u32, columns: Vec<Column<'a>>) -> Result<Self, NotOfThePlan> {
        if columns.len() != plan.inputs.len() {
            return Err(NotOfThePlan::Columns { got: columns.len(), want: plan.inputs.len() });
        }
        for (at, (column, input)) in columns.iter().zip(&plan.inputs).enumerate() {
            let (encoding, got) = match column {
                Column::Numbers(numbers) => (Encoding::Numbers, numbers.len()),
                Column::Texts { codes, .. } => (Encoding::Texts, codes.len()),
            };
            if encoding != input.source.encoding() {
                return Err(NotOfThePlan::Encoding { at });
            }
            if got != rows as usize {
                return Err(NotOfThePlan::Rows { at, got, want: rows });
            }
            if let Column::Texts { values, codes } = column
                && (values.first().is_none_or(|first| !first.is_empty())
                    || codes.iter().any(|code| *code as usize >= values.len()))
            {
                return Err(NotOfThePlan::Codes { at });
            }
        }
        Ok(Batch { rows, columns })
    }

    /// How many clusters it is of.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Lends the columns to a call.
    pub(crate) fn lend<T>(&self, call: impl FnOnce(said::Batch<'_>) -> T) -> T {
        let texts: Vec<Vec<&str>> = self.columns.iter().map(Column::texts).collect();
        let columns = self.columns.iter().zip(&texts).map(|(column, texts)| match *column {
            Column::Numbers(numbers) => said::Column::Numbers(numbers),
            Column::Texts { codes, .. } => said::Column::Texts(said::Texts { values: texts, codes }),
        });
        call(said::Batch { rows: self.rows, columns: &columns.collect::<Vec<_>>() })
    }
}

impl<'a> Column<'a> {
    /// Its distinct texts; none of numbers.
    fn texts(&self) -> Vec<&'a str> {
        match self {
            Column::Numbers(_) => Vec::new(),
            Column::Texts { values, .. } => values.iter().map(Symbol::as_str).collect(),
        }
    }
}
