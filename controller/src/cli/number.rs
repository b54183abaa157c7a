//! Numbers as people read them.

/// With a comma between thousands: `8,164`.
pub(super) fn thousands(number: impl Copy + ToString) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 cluster`, `2 clusters`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_thousands() {
        for (number, want) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-100, "-100"), (12_345_678, "12,345,678")]
        {
            assert_eq!(thousands(number), want);
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "cluster"), "1 cluster");
        assert_eq!(counted(0, "cluster"), "0 clusters");
    }
}
