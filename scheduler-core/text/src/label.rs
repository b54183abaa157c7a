//! Label syntax: which keys and values exist, and upstream's reasons why others do not (SEL-4, SEL-7).

use std::fmt;

use crate::name;

/// Why a text is not what it should be: upstream's sentences, in upstream's order, at least one.
///
/// `Display` joins them with `; ` as selectors do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons(Vec<&'static str>);

impl Reasons {
    /// `Err` if there is any.
    pub(crate) fn unless_empty(reasons: Vec<&'static str>) -> Result<(), Self> {
        if reasons.is_empty() { Ok(()) } else { Err(Self(reasons)) }
    }

    /// One after the other; an API server reports each by itself.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Reasons {}

/// The longest name part and the longest value, in bytes.
const PART_MAX: usize = 63;

/// The pattern and the examples of a name part; upstream's, two spaces before each `or` included.
macro_rules! name_part_rule {
    () => {
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
         character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    };
}

/// Checks a label key: `name` or `prefix/name`, the prefix a DNS subdomain of at most 253 bytes,
/// the name of 1 to 63 bytes.
///
/// # Errors
/// Upstream's reasons.
pub fn check_key(key: &str) -> Result<(), Reasons> {
    let mut reasons = Vec::new();
    let name = match key.split_once('/') {
        None => key,
        Some((_, name)) if name.contains('/') => {
            reasons.push(concat!(
                "a valid label key ",
                name_part_rule!(),
                " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ));
            return Reasons::unless_empty(reasons);
        }
        Some((prefix, name)) => {
            check_prefix(prefix, &mut reasons);
            name
        }
    };
    if name.is_empty() {
        reasons.push("name part must be non-empty");
    } else if name.len() > PART_MAX {
        reasons.push("name part must be no more than 63 bytes");
    }
    if !is_part(name) {
        reasons.push(concat!("name part ", name_part_rule!()));
    }
    Reasons::unless_empty(reasons)
}

/// Checks a label value: empty, or at most 63 bytes of the same form as a key's name part.
///
/// # Errors
/// Upstream's reasons.
pub fn check_value(value: &str) -> Result<(), Reasons> {
    let mut reasons = Vec::new();
    if value.len() > PART_MAX {
        reasons.push("must be no more than 63 bytes");
    }
    if !value.is_empty() && !is_part(value) {
        reasons.push(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
             start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used \
             for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        );
    }
    Reasons::unless_empty(reasons)
}

fn check_prefix(prefix: &str, reasons: &mut Vec<&'static str>) {
    if prefix.is_empty() {
        reasons.push("prefix part must be non-empty");
        return;
    }
    if prefix.len() > name::SUBDOMAIN_MAX {
        reasons.push("prefix part must be no more than 253 bytes");
    }
    if !name::is_subdomain(prefix) {
        reasons.push(concat!("prefix part ", name::subdomain_rule!()));
    }
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, of any length.
pub(crate) fn is_part(text: &str) -> bool {
    /// Which bytes may stand inside.
    const INSIDE: [bool; 256] = {
        let mut inside = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            inside[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'_' | b'.');
            byte += 1;
        }
        inside
    };
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|&byte| INSIDE[usize::from(byte)])
}

#[cfg(test)]
mod tests;
