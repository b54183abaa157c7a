//! One requirement of a selector: is it well formed, and if not, what upstream says (SEL-4, SEL-7).

use crate::go_quote::quote;
use crate::label::{check_key, check_value};

/// What a requirement asks of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// The key is there, with one of the values.
    In,
    /// The key is absent, or has none of the values.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is absent.
    DoesNotExist,
}

/// Checks one entry of `matchExpressions`. Operators are case-sensitive (SEL-1).
///
/// ```
/// # use kube_text::{Operator, check_requirement};
/// assert_eq!(check_requirement("env", "In", &["prod"]), Ok(Operator::In));
/// assert_eq!(
///     check_requirement("env", "in", &["prod"]),
///     Err(r#""in" is not a valid label selector operator"#.to_owned())
/// );
/// ```
///
/// # Errors
/// Upstream's text (SEL-7): the operator's alone, otherwise all that is wrong with key and values.
pub fn check_requirement<S: AsRef<str>>(key: &str, operator: &str, values: &[S]) -> Result<Operator, String> {
    let operator = match operator {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => {
            return Err(format!("{} is not a valid label selector operator", quote(operator)));
        }
    };
    let count = match operator {
        Operator::In | Operator::NotIn if values.is_empty() => {
            Some("for 'in', 'notin' operators, values set can't be empty")
        }
        Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
            Some("values set must be empty for exists and does not exist")
        }
        _ => None,
    };
    check(key, count, values).map(|()| operator)
}

/// Checks one entry of `matchLabels`.
///
/// # Errors
/// Upstream's text (SEL-7).
pub fn check_equality(key: &str, value: &str) -> Result<(), String> {
    check(key, None, &[value])
}

/// Key, number of values, each value: upstream's order.
fn check<S: AsRef<str>>(key: &str, count: Option<&str>, values: &[S]) -> Result<(), String> {
    let mut errors = Vec::new();
    if let Err(reasons) = check_key(key) {
        errors.push(format!("key: Invalid value: {}: {reasons}", quote(key)));
    }
    if let Some(reason) = count {
        errors.push(format!("values: Invalid value: {}: {reason}", json(values)));
    }
    for (index, value) in values.iter().map(AsRef::as_ref).enumerate() {
        if let Err(reasons) = check_value(value) {
            errors.push(format!("values[{index}][{key}]: Invalid value: {}: {reasons}", quote(value)));
        }
    }
    // No two are equal, since each names its place; upstream would drop repetitions.
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}

/// The values as Go's JSON; no values are upstream's nil slice.
fn json<S: AsRef<str>>(values: &[S]) -> String {
    if values.is_empty() {
        return "null".to_owned();
    }
    let values: Vec<String> = values.iter().map(|value| json_string(value.as_ref())).collect();
    format!("[{}]", values.join(","))
}

/// Go also escapes what would be unsafe inside HTML or JavaScript.
fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
