//! One scalar against the type that is wanted: the same file must never mean something else to kubectl without a word
//! (FILE-1, FILE-2).

use kube_text::{Quantity, Time};

use super::{
    check::{Checked, Good, described, is_null, null_or},
    findings::{Findings, Path},
    node::{Node, Value},
    notice::shown,
    scalar::{self, Reading},
};
use crate::schema::{Form, Type};

/// Checks a scalar of a type that is no object, map or list. O(length).
pub(super) fn scalar<'n>(
    node: &'n Node<'_>,
    of: &'static Type,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Checked<'n> {
    match of {
        Type::Text { min, max, form } => sized_text(node, (*min, *max), *form, path, findings),
        Type::Word(words) => word(node, words, path, findings),
        Type::Integer { min, max } => integer(node, *min, *max, path, findings),
        Type::Bool => bool(node, path, findings),
        Type::Time => time(node, path, findings),
        Type::Quantity => quantity(node, path, findings),
        Type::IntOrText(form) => int_or_text(node, *form, path, findings),
        Type::Object(_) | Type::Map { .. } | Type::List { .. } | Type::Ignored => Checked::Absent,
    }
}

/// Whether a plain scalar is text: yes, yes with a doubt to tell, or no and why.
pub(super) fn plain_text(text: &str) -> Result<Option<String>, String> {
    match scalar::read(text) {
        Reading::Text => Ok(None),
        Reading::DoubtfulBool => {
            Ok(Some(format!("{} is taken as text, but is a boolean in YAML 1.1: quote it", shown(text))))
        }
        Reading::DoubtfulNumber => {
            Ok(Some(format!("{} is taken as text, but YAML 1.1 and 1.2 differ on it: quote it", shown(text))))
        }
        Reading::Bool(_) => Err(format!("{} is a boolean, but must be text: quote it", shown(text))),
        Reading::Number => Err(format!("{} is a number, but must be text: quote it", shown(text))),
        Reading::Null if text.is_empty() => Err("is missing, but must be text: write `\"\"` if it is empty".to_owned()),
        Reading::Null => Err(format!("{} is null, but must be text: quote it", shown(text))),
    }
}

fn text<'n>(node: &'n Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> Result<&'n str, Checked<'n>> {
    match node.value() {
        Value::Text(text) => Ok(text),
        Value::Plain(text) => match plain_text(text) {
            Ok(None) => Ok(text),
            Ok(Some(doubt)) => {
                findings.warn(node.line, path, doubt);
                Ok(text)
            }
            Err(what) => {
                findings.refuse(node.line, path, what);
                Err(Checked::Bad)
            }
        },
        Value::Number(text) => {
            findings.refuse(node.line, path, format!("{} is a number, but must be text: quote it", shown(text)));
            Err(Checked::Bad)
        }
        Value::Bool(yes) => {
            findings.refuse(node.line, path, format!("`{yes}` is a boolean, but must be text: quote it"));
            Err(Checked::Bad)
        }
        _ => Err(null_or(node, "text", path, findings)),
    }
}

/// Whether a text has so many characters, and the form. O(length).
pub(super) fn is_sized(text: &str, (min, max): (usize, usize), form: Form) -> bool {
    // Never more characters than bytes; nearly always that is enough to know.
    let length = if min <= 1 && text.len() <= max { text.len() } else { text.chars().count() };
    (min..=max).contains(&length) && form.fits(text)
}

fn sized_text<'n>(
    node: &'n Node<'_>,
    (min, max): (usize, usize),
    form: Form,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Checked<'n> {
    let text = match text(node, path, findings) {
        Ok(text) => text,
        Err(other) => return other,
    };
    if is_sized(text, (min, max), form) {
        return Checked::Good(Good::Text(text));
    }
    let length = text.chars().count();
    if length < min {
        findings.refuse(node.line, path, "must not be empty");
    } else if length > max {
        findings.refuse(node.line, path, format!("must have at most {max} characters, got {length}: {}", shown(text)));
    } else {
        findings.refuse(node.line, path, format!("must be {}, got {}", form.says, shown(text)));
    }
    Checked::Bad
}

fn word<'n>(node: &'n Node<'_>, words: &[&str], path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    let text = match text(node, path, findings) {
        Ok(text) => text,
        Err(other) => return other,
    };
    if words.contains(&text) {
        return Checked::Good(Good::Text(text));
    }
    findings.refuse(node.line, path, format!("must be {}, got {}", one_of(words), shown(text)));
    Checked::Bad
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn integer<'n>(node: &Node<'_>, min: i64, max: i64, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    if is_null(node) {
        return Checked::Absent;
    }
    match as_integer(node) {
        Integer::Is(number) if (min..=max).contains(&number) => return Checked::Good(Good::Integer(number)),
        Integer::Is(_) | Integer::Huge => {
            findings.refuse(node.line, path, format!("must be {}, got {}", bounds(min, max), described(node)));
        }
        Integer::Doubtful(text) => findings.refuse(
            node.line,
            path,
            format!(
                "must be an integer, but YAML 1.1 and 1.2 differ on {}: write decimal digits without leading zeros",
                shown(text)
            ),
        ),
        Integer::Quoted(text) => findings.refuse(
            node.line,
            path,
            format!("must be an integer, got the text {}: leave the quotes out", shown(text)),
        ),
        Integer::No => findings.refuse(node.line, path, format!("must be an integer, got {}", described(node))),
    }
    Checked::Bad
}

fn bounds(min: i64, max: i64) -> String {
    match (min, max) {
        (min, i64::MAX) if min > i64::MIN => format!("an integer of at least {min}"),
        (min, max) => format!("an integer from {min} to {max}"),
    }
}

enum Integer<'n> {
    Is(i64),
    /// Beyond 64 bits.
    Huge,
    Doubtful(&'n str),
    Quoted(&'n str),
    No,
}

fn as_integer<'n>(node: &'n Node<'_>) -> Integer<'n> {
    match node.value() {
        Value::Number(text) => parse_integer(text),
        Value::Plain(text) => match scalar::read(text) {
            Reading::Number => parse_integer(text),
            Reading::DoubtfulNumber => Integer::Doubtful(text),
            _ => Integer::No,
        },
        Value::Text(text)
            if !text.is_empty() && text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit()) =>
        {
            Integer::Quoted(text)
        }
        _ => Integer::No,
    }
}

/// Decimal digits or `0x…` with a sign; a fraction or an exponent makes it no integer, whatever its value.
fn parse_integer<'n>(text: &str) -> Integer<'n> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = digits.strip_prefix("0x").map_or((10, digits), |digits| (16, digits));
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Integer::No;
    }
    let significant = digits.trim_start_matches('0');
    if significant.len() > 20 {
        return Integer::Huge;
    }
    let size = if significant.is_empty() { Ok(0) } else { i128::from_str_radix(significant, radix) };
    match size.map(|size| i64::try_from(if negative { -size } else { size })) {
        Ok(Ok(number)) => Integer::Is(number),
        _ => Integer::Huge,
    }
}

fn bool<'n>(node: &Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    match node.value() {
        Value::Bool(yes) => return Checked::Good(Good::Bool(*yes)),
        Value::Plain(text) => match scalar::read(text) {
            Reading::Bool(yes) => return Checked::Good(Good::Bool(yes)),
            Reading::DoubtfulBool => {
                let text = format!(
                    "must be true or false, but {} is a boolean in YAML 1.1 and text in 1.2: write true or false",
                    shown(text)
                );
                findings.refuse(node.line, path, text);
                return Checked::Bad;
            }
            _ => {}
        },
        _ => {}
    }
    null_or(node, "true or false", path, findings)
}

fn time<'n>(node: &'n Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    if is_null(node) {
        return Checked::Absent;
    }
    let text = match text(node, path, findings) {
        Ok(text) => text,
        Err(other) => return other,
    };
    if Time::parse_rfc3339(text).is_ok() {
        return Checked::Good(Good::Text(text));
    }
    findings.refuse(node.line, path, format!("must be a time like `2026-01-31T12:00:00Z`, got {}", shown(text)));
    Checked::Bad
}

fn quantity<'n>(node: &'n Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    const WITHOUT: &str = "the cluster is used without it";
    let text = match node.value() {
        Value::Text(text) | Value::Number(text) => text,
        Value::Plain(text) => match scalar::read(text) {
            Reading::Null => return Checked::Absent,
            Reading::DoubtfulNumber => {
                findings.fault(
                    node.line,
                    path,
                    format!("YAML 1.1 and 1.2 differ on {}: quote it; {WITHOUT}", shown(text)),
                );
                return Checked::Bad;
            }
            _ => text,
        },
        _ => return null_or(node, "a quantity", path, findings),
    };
    // Q32 and PRIO-53: what cannot be parsed, or is no finite number, is absent for that resource only.
    let what = match Quantity::parse(text) {
        Ok(quantity) if quantity.approximate().is_some() => return Checked::Good(Good::Text(text)),
        Ok(_) => "is too large or too small for any number",
        Err(_) => "is no quantity such as `4`, `500m` or `16Gi`",
    };
    findings.fault(node.line, path, format!("{} {what}: {WITHOUT}", shown(text)));
    Checked::Bad
}

fn int_or_text<'n>(node: &'n Node<'_>, form: Form, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    let is_text = match node.value() {
        Value::Text(_) => true,
        Value::Plain(text) => scalar::read(text) == Reading::Text,
        _ => false,
    };
    if is_text {
        return sized_text(node, (0, usize::MAX), form, path, findings);
    }
    if matches!(as_integer(node), Integer::No) && !is_null(node) {
        findings.refuse(node.line, path, format!("must be {}, got {}", form.says, described(node)));
        return Checked::Bad;
    }
    integer(node, i32::MIN.into(), i32::MAX.into(), path, findings)
}
