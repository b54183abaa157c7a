//! Checks a tree against the schema as an API server would, applies defaults, drops what is unknown; the result is what
//! a typed kind is made of.

use std::collections::BTreeSet;

use super::{
    findings::{Findings, Path},
    node::{Entry, Key, Map, Node, Value},
    notice::shown,
    scalar::{self, Reading},
    wanted,
};
use crate::schema::{Default, Field, Form, Narrows, Type, near};

/// A value that fits its type.
#[derive(Debug)]
pub(crate) enum Good<'n> {
    Text(&'n str),
    Integer(i64),
    Bool(bool),
    List(Vec<Good<'n>>),
    Map(Vec<(&'n str, Good<'n>)>),
}

/// What became of a value.
pub(crate) enum Checked<'n> {
    Good(Good<'n>),
    /// Null: as if it were not there.
    Absent,
    /// Said and left out.
    Bad,
}

/// Checks an object's fields. O(size of the tree).
pub(crate) fn object<'n>(
    map: &'n Map<'_>,
    line: u32,
    fields: &'static [Field],
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Good<'n> {
    let mut good = Vec::with_capacity(fields.len());
    let mut seen = 0_u64; // Bits of `fields`; no object has 64 of them.
    repeated(map, path, findings);
    for Entry { key, value } in map.effective() {
        let here = Path::Field(&path, &key.text);
        let Some(at) = fields.iter().position(|field| field.name == key.text) else {
            unknown(key, fields, here, findings);
            repeated_below(value, here, findings);
            continue;
        };
        if seen & (1 << at) != 0 {
            continue; // Repeated, and said.
        }
        seen |= 1 << at;
        let field = &fields[at];
        if matches!(field.of, Type::Ignored) {
            continue;
        }
        match check(value, &field.of, here, findings) {
            Checked::Good(value) => good.push((field.name, value)),
            Checked::Bad => {}
            Checked::Absent => {
                if field.narrows == Narrows::Told {
                    null_widens(value.line, here, findings);
                }
                if !matches!(field.of, Type::Time) {
                    seen &= !(1 << at);
                }
            }
        }
    }
    fill(&mut good, seen, fields, line, path, findings);
    Good::Map(good)
}

/// Adds what an API server puts where fields are absent; `seen` has bits of those that are not.
fn fill<'n>(
    good: &mut Vec<(&'n str, Good<'n>)>,
    seen: u64,
    fields: &'static [Field],
    line: u32,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) {
    for field in fields.iter().enumerate().filter(|(at, _)| seen & (1 << at) == 0).map(|(_, field)| field) {
        match field.default {
            Some(default) => good.push((field.name, default_of(default, field, line, path, findings))),
            None if field.required => findings.refuse(line, Path::Field(&path, field.name), "is required"),
            None => {}
        }
    }
}

fn default_of<'n>(
    default: Default,
    field: &'static Field,
    line: u32,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Good<'n> {
    match (default, &field.of) {
        (Default::Text(text), _) => Good::Text(text),
        (Default::Integer(number), _) => Good::Integer(number),
        (Default::Object, of) => {
            let mut good = Vec::new();
            if let Type::Object(fields) = of {
                fill(&mut good, 0, fields, line, Path::Field(&path, field.name), findings);
            }
            Good::Map(good)
        }
    }
}

fn check<'n>(node: &'n Node<'_>, of: &'static Type, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    let line = node.line;
    match of {
        Type::Object(fields) => match node.value() {
            Value::Map(map) => Checked::Good(object(map, line, fields, path, findings)),
            _ => null_or(node, "an object", path, findings),
        },
        Type::Map { keys, values } => match node.value() {
            Value::Map(map) => Checked::Good(entries(map, *keys, values, path, findings)),
            _ => null_or(node, "an object", path, findings),
        },
        Type::List { items, max, keys } => match node.value() {
            Value::List(list) => items_of(list, line, items, *max, keys, path, findings),
            _ => null_or(node, "a list", path, findings),
        },
        Type::Text { .. }
        | Type::Word(_)
        | Type::Integer { .. }
        | Type::Bool
        | Type::Time
        | Type::Quantity
        | Type::IntOrText(_) => wanted::scalar(node, of, path, findings),
        Type::Ignored => Checked::Absent,
    }
}

/// The value is null, or it is none of what is wanted.
pub(super) fn null_or<'n>(node: &Node<'_>, wanted: &str, path: Path<'_>, findings: &mut Findings<'_>) -> Checked<'n> {
    if is_null(node) {
        return Checked::Absent;
    }
    findings.refuse(node.line, path, format!("must be {wanted}, got {}", described(node)));
    Checked::Bad
}

pub(crate) fn is_null(node: &Node<'_>) -> bool {
    match node.value() {
        Value::Null => true,
        Value::Plain(text) => scalar::read(text) == Reading::Null,
        _ => false,
    }
}

/// A value as an error names it.
pub(crate) fn described(node: &Node<'_>) -> String {
    match node.value() {
        Value::Text(text) | Value::Number(text) => shown(text),
        Value::Plain(text) if text.is_empty() => "nothing".to_owned(),
        Value::Plain(text) => shown(text),
        Value::Null => "null".to_owned(),
        Value::Bool(yes) => format!("`{yes}`"),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "an object".to_owned(),
        Value::Shared(inner) => described(inner),
    }
}

fn entries<'n>(
    map: &'n Map<'_>,
    keys: Form,
    values: &'static Type,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Good<'n> {
    repeated(map, path, findings);
    let mut good = Vec::with_capacity(map.entries.len());
    for Entry { key, value } in map.effective() {
        let here = Path::Field(&path, &key.text);
        if key.plain && !key_is_text(key, here, findings) {
            continue;
        }
        if !keys.fits(&key.text) {
            findings.refuse(key.line, path, format!("the key {} must be {}", shown(&key.text), keys.says));
            continue;
        }
        match check(value, values, here, findings) {
            Checked::Good(value) => good.push((&*key.text, value)),
            Checked::Absent => {
                findings.warn(value.line, here, "null is as good as absent: leave it out, or give a value");
            }
            Checked::Bad => {}
        }
    }
    Good::Map(good)
}

/// Keys are text like any other (FILE-1, FILE-2).
fn key_is_text(key: &Key<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> bool {
    match wanted::plain_text(&key.text) {
        Ok(None) => true,
        Ok(Some(doubt)) => {
            findings.warn(key.line, path, format!("the key {doubt}"));
            true
        }
        Err(what) => {
            findings.refuse(key.line, path, format!("the key {what}"));
            false
        }
    }
}

fn items_of<'n>(
    list: &'n [Node<'_>],
    line: u32,
    items: &'static Type,
    max: usize,
    keys: &'static [&'static str],
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Checked<'n> {
    if list.len() > max {
        findings.refuse(line, path, format!("must have at most {max} items, got {}", list.len()));
        return Checked::Bad;
    }
    let mut good = Vec::with_capacity(list.len());
    let mut seen = BTreeSet::new();
    for (at, node) in list.iter().enumerate() {
        let here = Path::Item(&path, at);
        match check(node, items, here, findings) {
            Checked::Good(item) => {
                if let Some(key) = key_of(&item, keys)
                    && !seen.insert(key.clone())
                {
                    let key: Vec<_> =
                        keys.iter().zip(&key).map(|(name, value)| format!("{name} {}", shown(value))).collect();
                    findings.refuse(node.line, here, format!("{} stands in the list already", key.join(", ")));
                }
                good.push(item);
            }
            Checked::Absent => findings.refuse(node.line, here, "must not be null"),
            Checked::Bad => {}
        }
    }
    Checked::Good(Good::List(good))
}

/// The values of an item's key fields, where it has keys.
fn key_of<'n>(item: &Good<'n>, keys: &[&str]) -> Option<Vec<&'n str>> {
    let Good::Map(fields) = item else {
        return None;
    };
    let value = |key: &&str| {
        fields.iter().find_map(|(name, value)| match value {
            Good::Text(text) if name == key => Some(*text),
            _ => None,
        })
    };
    if keys.is_empty() { None } else { keys.iter().map(value).collect() }
}

fn unknown(key: &Key<'_>, fields: &[Field], path: Path<'_>, findings: &mut Findings<'_>) {
    // Of equally near names one that narrows: when in doubt the object is refused.
    let (narrowing, others): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.narrows != Narrows::No);
    let names = narrowing.iter().chain(&others).map(|field| field.name);
    match near(&key.text, names) {
        None => findings.warn(key.line, path, "there is no such field, it has no effect"),
        Some(name) if narrowing.iter().any(|field| field.name == name) => findings.refuse(
            key.line,
            path,
            format!("there is no such field, did you mean `{name}`? the object is not used: {MORE}"),
        ),
        Some(name) => {
            let text = format!("there is no such field, it has no effect: did you mean `{name}`?");
            findings.warn(key.line, path, text);
        }
    }
}

/// Why a misspelt name is not just left out.
const MORE: &str = "without what that name says more could be selected";

/// The keys of annotations, which are anybody's, but not if they are near to one that keeps clusters out (SYNC-3).
pub(crate) fn annotations(node: &Node<'_>, known: &[&str], findings: &mut Findings<'_>) {
    let path = Path::Field(&Path::Field(&Path::Root, "metadata"), "annotations");
    let metadata = node.as_map().and_then(|map| map.get("metadata")).and_then(Node::as_map);
    let Some(map) = metadata.and_then(|map| map.get("annotations")).and_then(Node::as_map) else {
        return;
    };
    for Entry { key, value } in map.effective() {
        let here = Path::Field(&path, &key.text);
        if known.contains(&&*key.text) {
            if let Some(text) =
                value.as_text().filter(|text| *text != "true" && text.trim().eq_ignore_ascii_case("true"))
            {
                let text = format!("only `true` keeps the scheduler away, got {}: it decides this one", shown(text));
                findings.warn(value.line, here, text);
            }
        } else if let Some(name) = near(&key.text, known.iter().copied()) {
            let text = format!("is not known, did you mean `{name}`? the object is not used: {MORE}");
            findings.refuse(key.line, here, text);
        }
    }
}

fn null_widens(line: u32, path: Path<'_>, findings: &mut Findings<'_>) {
    findings.warn(line, path, "null is as good as absent and narrows nothing: leave it out, or give a value");
}

/// As [`repeated`], for what nobody looks into otherwise.
fn repeated_below(node: &Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) {
    match node.value() {
        Value::Map(map) => {
            repeated(map, path, findings);
            for Entry { key, value } in &map.entries {
                repeated_below(value, Path::Field(&path, &key.text), findings);
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                repeated_below(item, Path::Item(&path, at), findings);
            }
        }
        _ => {}
    }
}

/// FILE-3: a repeated key is an error, wherever it stands.
pub(crate) fn repeated(map: &Map<'_>, path: Path<'_>, findings: &mut Findings<'_>) {
    for &at in map.repeated() {
        let key = &map.entries[at].key;
        findings.refuse(key.line, path, format!("the key {} stands there twice", shown(&key.text)));
    }
}
