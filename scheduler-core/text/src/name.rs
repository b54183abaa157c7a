//! Names of objects, annotation keys and taint keys, as an API server checks them (FILE-6).

use crate::label::{self, Reasons};

/// The longest object name, in bytes.
pub(crate) const SUBDOMAIN_MAX: usize = 253;
/// The longest namespace, in bytes.
const LABEL_MAX: usize = 63;

/// What a DNS subdomain is, in upstream's words.
macro_rules! subdomain_rule {
    () => {
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
         start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
         '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    };
}
pub(crate) use subdomain_rule;

/// Checks a name of most objects: a DNS subdomain of 1 to 253 bytes.
///
/// # Errors
/// Upstream's reasons.
pub fn check_dns_subdomain(name: &str) -> Result<(), Reasons> {
    let mut reasons = Vec::new();
    if name.len() > SUBDOMAIN_MAX {
        reasons.push("must be no more than 253 characters");
    }
    if !is_subdomain(name) {
        reasons.push(subdomain_rule!());
    }
    Reasons::unless_empty(reasons)
}

/// Checks a namespace: a DNS label of 1 to 63 bytes.
///
/// # Errors
/// Upstream's reasons.
pub fn check_dns_label(name: &str) -> Result<(), Reasons> {
    let mut reasons = Vec::new();
    if name.len() > LABEL_MAX {
        reasons.push("must be no more than 63 characters");
    }
    if !is_dns_label(name) {
        reasons.push(if is_subdomain(name) {
            "must not contain dots"
        } else {
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
             and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        });
    }
    Reasons::unless_empty(reasons)
}

/// Checks an annotation key: a label key whose prefix may have capitals.
///
/// # Errors
/// Upstream's reasons.
pub fn check_annotation_key(key: &str) -> Result<(), Reasons> {
    label::check_key(&key.chars().map(lower).collect::<String>())
}

/// The pattern of a taint's or toleration's key in the CRDs.
pub const TAINT_KEY_PATTERN: &str = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?\
                                     (([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";
/// The longest key of a taint or toleration in the CRDs, in characters.
pub const TAINT_KEY_MAX: usize = 316;

/// Whether a text matches [`TAINT_KEY_PATTERN`], whatever its length. Unlike a label key's, its
/// parts have no limit of their own.
pub fn is_taint_key(key: &str) -> bool {
    match key.split_once('/') {
        None => label::is_part(key),
        Some((prefix, name)) => is_subdomain(prefix) && label::is_part(name),
    }
}

/// Dot-separated DNS labels, of any length.
pub(crate) fn is_subdomain(text: &str) -> bool {
    // Labels begin and end with a letter or digit: nothing else may stand beside a dot, where the text's ends count as dots.
    let mut before = b'.';
    for &byte in text.as_bytes() {
        let fits = match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'-' => before != b'.',
            b'.' => !matches!(before, b'.' | b'-'),
            _ => false,
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    !matches!(before, b'.' | b'-')
}

fn is_dns_label(text: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(alphanumeric)) && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

/// Go's lower case: one character for one.
fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

#[cfg(test)]
mod tests;
