//! Exact decimals for the quantities that 64 bits do not hold: digits and an exponent, never written out.

use std::cmp::Ordering;

/// `±digits × 10^exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    pub negative: bool,
    /// Most significant first, each 0..=9, no leading zero; empty for zero.
    pub digits: Vec<u8>,
    pub exponent: i64,
}

impl Decimal {
    /// From ASCII digits around the point, times `10^exponent`.
    pub fn new(negative: bool, num: &str, denom: &str, exponent: i64) -> Self {
        let digits = num.bytes().chain(denom.bytes()).map(|byte| byte - b'0');
        let digits: Vec<u8> = digits.skip_while(|&digit| digit == 0).collect();
        let exponent = exponent.saturating_sub(length(denom.as_bytes()));
        Self { negative: negative && !digits.is_empty(), digits, exponent }
    }

    pub fn from_i64(value: i64, exponent: i64) -> Self {
        Self::new(value < 0, &value.unsigned_abs().to_string(), "", exponent)
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten just above the number: 3 for 999, 0 for 0.5. Meaningless for zero.
    pub fn magnitude(&self) -> i64 {
        self.exponent.saturating_add(length(&self.digits))
    }

    /// Multiplies by `2^(10 times)`: the binary suffixes.
    pub fn multiply_by_1024(&mut self, times: i64) {
        for _ in 0..times {
            let mut carry = 0;
            for digit in self.digits.iter_mut().rev() {
                carry += u32::from(*digit) * 1024;
                *digit = (carry % 10) as u8;
                carry /= 10;
            }
            if carry > 0 {
                let front = carry.to_string();
                self.digits.splice(0..0, front.bytes().map(|byte| byte - b'0'));
            }
        }
    }

    /// Rounds away from zero to `places` decimal places.
    pub fn round_away(&mut self, places: i64) {
        let excess = (-places).saturating_sub(self.exponent);
        if excess <= 0 || self.is_zero() {
            return;
        }
        let kept = usize::try_from(length(&self.digits).saturating_sub(excess)).unwrap_or(0);
        let exact = self.digits.drain(kept..).all(|digit| digit == 0);
        self.exponent = -places;
        if !exact {
            self.increment();
        }
    }

    /// Whether the magnitude is above `limit`.
    pub fn exceeds(&self, limit: i64) -> bool {
        let limit = Self::from_i64(limit, 0);
        self.cmp_magnitude(&limit) == Ordering::Greater
    }

    /// The same number with as few digits as possible.
    pub fn without_trailing_zeros(mut self) -> Self {
        let kept = self.digits.iter().rposition(|&digit| digit != 0).map_or(0, |last| last + 1);
        self.exponent = self.exponent.saturating_add(length(&self.digits[kept..]));
        self.digits.truncate(kept);
        self
    }

    /// Digits as ASCII text, without sign and exponent.
    pub fn digits_text(&self) -> String {
        self.digits.iter().map(|&digit| char::from(b'0' + digit)).collect()
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let zeros = std::iter::repeat(&0);
            let longer = self.digits.len().max(other.digits.len());
            let ours = self.digits.iter().chain(zeros.clone()).take(longer);
            ours.cmp(other.digits.iter().chain(zeros).take(longer))
        })
    }

    /// Which is the larger number.
    pub fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
        }
    }
}

/// Digits counted in exponents' own type.
fn length(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}
