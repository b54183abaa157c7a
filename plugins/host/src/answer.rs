//! What guests answer, checked against what they were asked.

use crate::contract::wit::exports::placewright::placement::filter as said;
use crate::tame::tame;

/// How long a reason may be; a longer one is cut.
const REASON_BYTES_MAX: usize = 256;

/// Which clusters a filter takes out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// One a row: 0 lets it pass, k takes it out for `reasons[k - 1]`.
    codes: Vec<u8>,
    reasons: Vec<String>,
}

/// A raw score for each row; NaN is no opinion, infinities do not occur.
#[derive(Clone, Debug)]
pub struct Scores(Vec<f64>);

/// An answer that does not fit the question.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAnswer {
    #[error("gives {got} {what} for {rows} rows")]
    Length { what: &'static str, got: usize, rows: u32 },
    #[error("gives {0} reasons and may give 255")]
    Reasons(usize),
    #[error("row {row} has code {code}, and there are {reasons} reasons")]
    Code { row: usize, code: u8, reasons: usize },
    #[error("the score of row {0} is infinite")]
    Infinite(usize),
}

impl Verdicts {
    pub(crate) fn of(rows: u32, verdicts: said::Verdicts) -> Result<Verdicts, BadAnswer> {
        let said::Verdicts { codes, reasons } = verdicts;
        length("codes", codes.len(), rows)?;
        if reasons.len() > usize::from(u8::MAX) {
            return Err(BadAnswer::Reasons(reasons.len()));
        }
        if let Some(row) = codes.iter().position(|code| usize::from(*code) > reasons.len()) {
            return Err(BadAnswer::Code { row, code: codes[row], reasons: reasons.len() });
        }
        let reasons = reasons.iter().map(|reason| tame(reason, REASON_BYTES_MAX)).collect();
        Ok(Verdicts { codes, reasons })
    }

    /// Why the guest takes a row out; `None` where it lets it pass, and beyond the last row.
    #[must_use]
    pub fn reason(&self, row: usize) -> Option<&str> {
        let code = usize::from(*self.codes.get(row)?);
        self.reasons.get(code.checked_sub(1)?).map(String::as_str)
    }

    /// The rows that the guest takes out, ascending.
    pub fn taken_out(&self) -> impl Iterator<Item = usize> {
        self.codes.iter().enumerate().filter(|(_, code)| **code != 0).map(|(row, _)| row)
    }
}

impl Scores {
    pub(crate) fn of(rows: u32, mut scores: Vec<f64>) -> Result<Scores, BadAnswer> {
        length("scores", scores.len(), rows)?;
        for (row, score) in scores.iter_mut().enumerate() {
            if score.is_infinite() {
                return Err(BadAnswer::Infinite(row));
            }
            // The payload of a NaN is the machine's, not the guest's.
            if score.is_nan() {
                *score = f64::NAN;
            }
        }
        Ok(Scores(scores))
    }

    /// The scores, in the order of the rows.
    #[must_use]
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }
}

fn length(what: &'static str, got: usize, rows: u32) -> Result<(), BadAnswer> {
    if got == rows as usize { Ok(()) } else { Err(BadAnswer::Length { what, got, rows }) }
}
