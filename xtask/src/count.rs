//! How many passed and how many failed, read from the lines that test runners close with.

use std::{
    fmt,
    ops::{Add, AddAssign},
};

/// Passed and failed, of tests, cases or steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    /// One thing that held or did not.
    pub fn one(held: bool) -> Count {
        Count { passed: u64::from(held), failed: u64::from(!held) }
    }

    /// What one line of a runner says: cargo's `test result: ok. 3 passed; 0 failed; …` or a bare `3 passed, 0 failed`.
    pub fn read(line: &str) -> Option<Count> {
        let (numbers, between) = match line.trim().strip_prefix("test result: ") {
            Some(rest) => (rest.split_once(". ")?.1, "; "),
            None => (line.trim(), ", "),
        };
        let mut parts = numbers.split(between);
        let passed = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
        let failed = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
        // A bare line holds nothing else, so that prose is never counted.
        (between == "; " || parts.next().is_none()).then_some(Count { passed, failed })
    }

    /// Adds what the line says, if it says anything.
    pub fn take(&mut self, line: &str) {
        *self += Count::read(line).unwrap_or_default();
    }

    /// A runner that fails without saying what failed, or that says nothing at all, counts as one failure.
    pub fn judged(self, succeeded: bool) -> Count {
        let silent = self == Count::default();
        let unexplained = !succeeded && self.failed == 0;
        if silent || unexplained { self + Count::one(false) } else { self }
    }
}

/// How many tests one line of cargo's says a filter left out.
pub fn filtered_out(line: &str) -> u64 {
    let parts = line.trim().strip_prefix("test result: ").into_iter().flat_map(|rest| rest.split("; "));
    parts.filter_map(|part| part.strip_suffix(" filtered out")?.parse::<u64>().ok()).sum()
}

impl Add for Count {
    type Output = Count;
    fn add(self, other: Count) -> Count {
        Count { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        *self = *self + other;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, filtered_out};

    #[track_caller]
    fn check(line: &str, want: Option<(u64, u64)>) {
        assert_eq!(Count::read(line), want.map(|(passed, failed)| Count { passed, failed }));
    }

    #[test]
    fn cargo_says_ok() {
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            Some((12, 0)),
        );
    }
    #[test]
    fn cargo_says_failed() {
        check("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", Some((3, 2)));
    }
    #[test]
    fn golden_closes_bare() {
        check("5999 passed, 1 failed", Some((5999, 1)));
    }
    #[test]
    fn indented_is_read_too() {
        check("  6000 passed, 0 failed", Some((6000, 0)));
    }
    #[test]
    fn prose_is_not_counted() {
        check("3 passed, 0 failed, I think", None);
    }
    #[test]
    fn a_single_test_is_not_counted() {
        check("test cargo_says_ok ... ok", None);
    }

    #[test]
    fn what_a_filter_left_out_is_read() {
        let line = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 12 filtered out; finished in 0.1s";
        assert_eq!(filtered_out(line), 12);
    }
    #[test]
    fn prose_leaves_nothing_out() {
        assert_eq!(filtered_out("3 passed; 12 filtered out"), 0);
    }

    #[test]
    fn failing_without_a_word_is_a_failure() {
        assert_eq!(Count { passed: 3, failed: 0 }.judged(false), Count { passed: 3, failed: 1 });
    }
    #[test]
    fn a_told_failure_is_not_counted_twice() {
        assert_eq!(Count { passed: 3, failed: 2 }.judged(false), Count { passed: 3, failed: 2 });
    }
    #[test]
    fn silence_is_no_success() {
        assert_eq!(Count::default().judged(true), Count { passed: 0, failed: 1 });
    }
}
