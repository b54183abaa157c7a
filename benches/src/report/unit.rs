//! Numbers for people: three digits that matter, and the unit that goes with them.

use crate::clock::Spread;

const TIMES: [(f64, &str); 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")];
const BYTES: [(f64, &str); 3] = [(1_073_741_824.0, "GiB"), (1_048_576.0, "MiB"), (1_024.0, "KiB")];

/// Nanoseconds as a time.
pub fn time(ns: f64) -> String {
    scaled(ns, &TIMES)
}

/// The median with the lowest and the highest.
pub fn spread(spread: &Spread) -> String {
    format!("{} ({} to {})", time(spread.median), time(spread.min), time(spread.max))
}

/// Lowest and highest as one text, nanoseconds.
pub fn range([low, high]: [f64; 2]) -> String {
    if low == high { time(low) } else { format!("{} to {}", time(low), time(high)) }
}

/// Bytes.
pub fn bytes(bytes: f64) -> String {
    if bytes < 10_000.0 { format!("{bytes:.0} B") } else { scaled(bytes, &BYTES) }
}

/// How many times the one is the other.
pub fn ratio(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let (size, unit) = units.iter().find(|(size, _)| value >= *size).or(units.last()).copied().unwrap_or((1.0, ""));
    format!("{} {unit}", digits(value / size))
}

/// Three digits that matter, thousands apart.
pub fn digits(value: f64) -> String {
    let text = match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    };
    let whole = text.find('.').unwrap_or(text.len());
    let mut told = String::new();
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{bytes, range, ratio, time};

    #[test]
    fn the_unit_goes_with_the_size() {
        assert_eq!([12.0, 1_234.0, 4.2e6, 1.39e11].map(time), ["12.0 ns", "1.23 us", "4.20 ms", "139 s"]);
    }
    #[test]
    fn thousands_stand_apart() {
        assert_eq!(ratio(1_234_567.0), "1,234,567×");
    }
    #[test]
    fn a_range_of_one_is_one() {
        assert_eq!((range([78e6, 78e6]), range([32e6, 51e6])), ("78.0 ms".into(), "32.0 ms to 51.0 ms".into()));
    }
    #[test]
    fn small_sizes_stay_bytes() {
        assert_eq!([926.0, 9_260_000.0, 2e9].map(bytes), ["926 B", "8.83 MiB", "1.86 GiB"]);
    }
}
