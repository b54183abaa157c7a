//! Kubernetes quantities (`1536Mi`, `3900m`, `12e-2`): what is compared, scored and printed of them.

mod amount;
mod canonical;
mod decimal;
mod split;
mod text;

use std::cmp::Ordering;
use std::fmt;

use amount::Amount;
use text::Text;

/// A quantity as it was written, with its approximate float worked out once.
///
/// 24 bytes, and none beyond for a text of up to 14. The text matters: `3.9` and `3900m` are the same number and
/// have different approximate floats (PRIO-52), so `==` compares texts and
/// [`cmp_value`](Self::cmp_value) compares numbers. Whatever the text, parsing, printing and
/// comparing cost time and memory in proportion to its length, never to its exponent (PRIO-53).
///
/// ```
/// # use kube_text::Quantity;
/// let memory = Quantity::parse("1.5Gi")?;
/// assert_eq!(memory.approximate(), Some(1_610_612_736.0));
/// assert_eq!(memory.canonical(), "1536Mi");
/// # Ok::<(), kube_text::QuantityError>(())
/// ```
#[derive(Clone)]
pub struct Quantity {
    text: Text,
    /// NaN: there is none.
    approximate: f64,
}

/// Why a text is no quantity; the texts are upstream's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text is empty, or something follows the suffix.
    #[error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    Format,
    /// Not one digit before the suffix, where that matters (`Pi`, but not `Ki`, which upstream takes for 0).
    #[error("unable to parse numeric part of quantity")]
    Number,
    /// A suffix that is none (`1kk`), or an exponent that no 64 bits hold.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

impl QuantityError {
    /// One fixed word for metrics.
    pub fn label(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Number => "number",
            Self::Suffix => "suffix",
        }
    }
}

impl Quantity {
    /// Reads a quantity by upstream's rules. O(length of the text).
    ///
    /// # Errors
    /// [`QuantityError`], with upstream's text.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let approximate = Amount::parse(text)?.approximate();
        Ok(Self { text: Text::new(text), approximate: approximate.unwrap_or(f64::NAN) })
    }

    /// The quantity as binary64 by upstream's arithmetic, bit for bit (PRIO-52).
    ///
    /// `None` where the exponent lies outside ±2^31 or the result is not finite: such a quantity
    /// counts as absent (PRIO-53). O(1).
    pub fn approximate(&self) -> Option<f64> {
        Some(self.approximate).filter(|float| float.is_finite())
    }

    /// The text it was parsed from. O(1).
    pub fn as_written(&self) -> &str {
        self.text.as_str()
    }

    /// Upstream's string form: the text as written where that is short enough, otherwise rendered
    /// anew (§8.5). An exponent of 21 and more is dropped, as upstream does: `1000E` is `1`.
    /// O(length of the text).
    pub fn canonical(&self) -> String {
        canonical::render(self.as_written(), &self.amount())
    }

    /// The number as upstream's integer: only where upstream kept it in 64 bits, so `7Ti` has one
    /// and `8Ti`-sized texts such as `100000Gi` have none. O(length of the text).
    pub fn as_i64(&self) -> Option<i64> {
        self.amount().as_i64()
    }

    /// Whether upstream says so: see [`as_i64`](Self::as_i64).
    pub fn is_integer(&self) -> bool {
        self.as_i64().is_some()
    }

    /// Which is the larger number, after upstream's rounding and capping. O(length of the texts).
    pub fn cmp_value(&self, other: &Self) -> Ordering {
        self.amount().to_decimal().cmp(&other.amount().to_decimal())
    }

    fn amount(&self) -> Amount {
        #[expect(clippy::expect_used, reason = "`parse` is the only constructor and has parsed this very text")]
        Amount::parse(self.as_written()).expect("a quantity's text parses")
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        // The float is a function of the text.
        self.text == other.text
    }
}

impl Eq for Quantity {}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Quantity").field(&self.as_written()).finish()
    }
}

/// The [canonical](Quantity::canonical) form.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.canonical())
    }
}

#[cfg(test)]
mod tests;
