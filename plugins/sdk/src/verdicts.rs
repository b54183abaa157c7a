//! What a filter answers: which rows are taken out, and why.

use std::collections::BTreeMap;

/// As many reasons as one answer can hold.
const REASONS_MAX: usize = u8::MAX as usize;
/// What the last of them says where there would be more.
const ANY_OTHER: &str = "for one of many other reasons";

/// One verdict a row: kept, or taken out for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    pub(crate) codes: Vec<u8>,
    pub(crate) reasons: Vec<String>,
}

impl Verdicts {
    /// Judges each row: `None` keeps it, a reason takes it out. Rows with equal reasons share one; beyond 254 different
    /// ones the rest is told as one.
    pub fn judge<R: Into<String>>(rows: u32, mut judge: impl FnMut(usize) -> Option<R>) -> Verdicts {
        let mut known: BTreeMap<String, u8> = BTreeMap::new();
        let mut verdicts = Verdicts { codes: Vec::with_capacity(rows as usize), reasons: Vec::new() };
        for row in 0..rows as usize {
            let code = judge(row).map_or(0, |reason| verdicts.code(reason.into(), &mut known));
            verdicts.codes.push(code);
        }
        verdicts
    }

    /// The reason for which a row is taken out, if it is.
    #[must_use]
    pub fn reason(&self, row: usize) -> Option<&str> {
        let code = usize::from(*self.codes.get(row)?);
        self.reasons.get(code.checked_sub(1)?).map(String::as_str)
    }

    fn code(&mut self, reason: String, known: &mut BTreeMap<String, u8>) -> u8 {
        if let Some(code) = known.get(&reason) {
            return *code;
        }
        if self.reasons.len() + 1 < REASONS_MAX {
            self.reasons.push(reason.clone());
            known.insert(reason, self.reasons.len() as u8);
        } else if self.reasons.len() < REASONS_MAX {
            self.reasons.push(ANY_OTHER.to_owned());
        }
        self.reasons.len() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::{ANY_OTHER, Verdicts};

    #[test]
    fn equal_reasons_are_told_once() {
        let verdicts =
            Verdicts::judge(4, |row| ["", "full", "old", "full"].get(row).copied().filter(|r| !r.is_empty()));
        assert_eq!(verdicts.codes, [0, 1, 2, 1]);
        assert_eq!(verdicts.reasons, ["full", "old"]);
        assert_eq!((verdicts.reason(0), verdicts.reason(3), verdicts.reason(4)), (None, Some("full"), None));
    }
    #[test]
    fn there_is_a_code_for_however_many() {
        let verdicts = Verdicts::judge(600, |row| Some(format!("reason {}", row % 300)));
        assert_eq!(verdicts.reasons.len(), 255);
        assert_eq!(verdicts.reason(253), Some("reason 253"));
        assert_eq!((verdicts.reason(254), verdicts.reason(299)), (Some(ANY_OTHER), Some(ANY_OTHER)));
        assert_eq!((verdicts.reason(300), verdicts.reason(554)), (Some("reason 0"), Some(ANY_OTHER)));
    }
}
