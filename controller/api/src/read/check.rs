//! Checks the values of a tree against the schema as an API server would.

use super::{
    findings::{Findings, Path},
    node::{Entry, Key, Map, Node, Value},
    notice::shown,
    scalar::{self, Reading},
    wanted,
};
use crate::schema::{Field, Form, Narrows, Type, near};

/// A value that fits its type; of lists and maps only that much is known, what is inside is checked by whoever takes it
/// out.
#[derive(Debug)]
pub(super) enum Good<'n> {
    Text(&'n str),
    Integer(i64),
    Bool(bool),
    List {
        nodes: &'n [Node<'n>],
        items: &'static Type,
        keys: &'static [&'static str],
    },
    Map {
        map: &'n Map<'n>,
        keys: Form,
        values: &'static Type,
    },
    /// Without a map there is nothing but defaults.
    Object {
        map: Option<&'n Map<'n>>,
        line: u32,
        fields: &'static [Field],
    },
}

/// What became of a value.
pub(super) enum Checked<'n> {
    Good(Good<'n>),
    /// Null: as if it were not there.
    Absent,
    /// Said and left out.
    Bad,
}

/// Checks a value, but not what is inside of it. O(length) for a scalar, O(1) otherwise.
pub(super) fn check<'n>(
    node: &'n Node<'n>,
    of: &'static Type,
    path: Path<'_>,
    findings: &mut Findings<'_>,
) -> Checked<'n> {
    match of {
        Type::Object(fields) => match node.value() {
            Value::Map(map) => Checked::Good(Good::Object { map: Some(map), line: node.line, fields }),
            _ => null_or(node, "an object", path, findings),
        },
        Type::Map { keys, values } => match node.value() {
            Value::Map(map) => Checked::Good(Good::Map { map, keys: *keys, values }),
            _ => null_or(node, "an object", path, findings),
        },
        Type::List { items, max, keys } => match node.value() {
            Value::List(nodes) if nodes.len() > *max => {
                findings.refuse(node.line, path, format!("must have at most {max} items, got {}", nodes.len()));
                Checked::Bad
            }
            Value::List(nodes) => Checked::Good(Good::List { nodes, items, keys }),
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

/// Keys are text like any other (FILE-1, FILE-2).
pub(super) fn key_is_text(key: &Key<'_>, path: Path<'_>, findings: &mut Findings<'_>) -> bool {
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

/// A field that the schema does not have.
pub(super) fn unknown(key: &Key<'_>, fields: &[Field], path: Path<'_>, findings: &mut Findings<'_>) {
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

/// A null where a field narrows what is selected.
pub(super) fn null_widens(line: u32, path: Path<'_>, findings: &mut Findings<'_>) {
    findings.warn(line, path, "null is as good as absent and narrows nothing: leave it out, or give a value");
}

/// As [`repeated`], for what nobody looks into otherwise.
pub(super) fn repeated_below(node: &Node<'_>, path: Path<'_>, findings: &mut Findings<'_>) {
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
pub(super) fn repeated(map: &Map<'_>, path: Path<'_>, findings: &mut Findings<'_>) {
    for &at in map.repeated() {
        let key = &map.entries[at].key;
        findings.refuse(key.line, path, format!("the key {} stands there twice", shown(&key.text)));
    }
}
