//! Names that are spelt alike, for "did you mean".

/// Up to three of the names that differ from `wanted` by few edits, nearest first, then by name.
///
/// O(names × length²); only names of about the same length are looked at.
pub(crate) fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let allowed = (wanted.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= allowed * 4)
        .map(|name| (strsim::osa_distance(wanted, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(3);
    found.into_iter().map(|(_, name)| name).collect()
}

/// `, did you mean …?`, or nothing.
pub(crate) fn did_you_mean(near: &[&str]) -> String {
    match near {
        [] => String::new(),
        [one] => format!(", did you mean `{one}`?"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!(", did you mean {} or `{last}`?", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, want: &[&str]) {
        let names = ["web", "web-2", "wbe", "database", "eu-west-1", "eu-west-2"];
        assert_eq!(near(wanted, names.into_iter()), want, "{wanted}");
    }

    #[test]
    fn a_letter_off() {
        check("databse", &["database"]);
    }
    #[test]
    fn swapped_letters_count_once() {
        check("wbe", &["wbe", "web"]);
    }
    #[test]
    fn several_in_order() {
        check("eu-west-3", &["eu-west-1", "eu-west-2"]);
    }
    #[test]
    fn nothing_alike() {
        check("frontend", &[]);
        check("", &[]);
    }
    #[test]
    fn said_as_a_question() {
        assert_eq!(did_you_mean(&[]), "");
        assert_eq!(did_you_mean(&["a"]), ", did you mean `a`?");
        assert_eq!(did_you_mean(&["a", "b", "c"]), ", did you mean `a`, `b` or `c`?");
    }
}
