//! From a tree to a typed kind, through serde, so that every field has one name in one place. Each value is checked when
//! it is taken; defaults are applied, what is unknown or wrong is said and left out.

use std::{collections::BTreeSet, slice};

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, MapAccess, SeqAccess, Visitor,
        value::{BorrowedStrDeserializer, Error},
    },
    forward_to_deserialize_any,
};

use super::{
    check::{self, Checked, Good, check},
    findings::{Findings, Path},
    node::{Effective, Entry, Map, Node},
    notice::shown,
};
use crate::schema::{Default, Field, Form, Narrows, Type};

/// An object on its way into a type, checked on the way: what is found says whether anybody may use it. O(size of the
/// tree).
pub(super) fn object<'n, 'c, 'f>(
    map: &'n Map<'n>,
    line: u32,
    fields: &'static [Field],
    findings: &'c mut Findings<'f>,
) -> Taken<'n, 'c, 'f> {
    Taken { value: Good::Object { map: Some(map), line, fields }, path: Path::Root, findings }
}

/// What an API server puts where a field is absent, in an object of this line.
pub(super) fn default_of(field: &'static Field, line: u32) -> Option<Good<'static>> {
    Some(match (field.default?, &field.of) {
        (Default::Text(text), _) => Good::Text(text),
        (Default::Integer(number), _) => Good::Integer(number),
        (Default::Object, Type::Object(fields)) => Good::Object { map: None, line, fields },
        (Default::Object, _) => Good::Object { map: None, line, fields: &[] },
    })
}

/// A value on its way into a type.
pub(super) struct Taken<'n, 'c, 'f> {
    pub(super) value: Good<'n>,
    pub(super) path: Path<'c>,
    pub(super) findings: &'c mut Findings<'f>,
}

impl<'n> Deserializer<'n> for Taken<'n, '_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        let Taken { value, path, findings } = self;
        match value {
            Good::Text(text) => visitor.visit_borrowed_str(text),
            Good::Integer(number) => visitor.visit_i64(number),
            Good::Bool(yes) => visitor.visit_bool(yes),
            Good::List { nodes, items, keys } => {
                let nodes = nodes.iter();
                visitor.visit_seq(Items { nodes, at: 0, items, keys, seen: BTreeSet::new(), path, findings })
            }
            Good::Map { map, keys, values } => {
                check::repeated(map, path, findings);
                visitor.visit_map(Entries { rest: map.effective(), keys, values, next: None, path, findings })
            }
            Good::Object { map, line, fields } => {
                map.iter().for_each(|map| check::repeated(map, path, findings));
                let rest = map.map(Map::effective);
                visitor.visit_map(Fields { rest, line, fields, seen: 0, filled: 0, next: None, path, findings })
            }
        }
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

/// The fields of an object that are there or have a default.
struct Fields<'n, 'c, 'f> {
    rest: Option<Effective<'n>>,
    line: u32,
    fields: &'static [Field],
    /// Bits of `fields` that are there; no object has 64 of them.
    seen: u64,
    /// So many of `fields` were looked at for what is absent.
    filled: usize,
    next: Option<(&'static str, Good<'n>)>,
    path: Path<'c>,
    findings: &'c mut Findings<'f>,
}

impl<'n> Fields<'n, '_, '_> {
    fn entry(&mut self, entry: &'n Entry<'n>) -> Option<(&'static str, Good<'n>)> {
        let Entry { key, value } = entry;
        let here = Path::Field(&self.path, &key.text);
        let Some(at) = self.fields.iter().position(|field| field.name == key.text) else {
            check::unknown(key, self.fields, here, self.findings);
            check::repeated_below(value, here, self.findings);
            return None;
        };
        if self.seen & (1 << at) != 0 {
            return None; // Repeated, and said.
        }
        self.seen |= 1 << at;
        let field = &self.fields[at];
        if matches!(field.of, Type::Ignored) {
            return None;
        }
        match check(value, &field.of, here, self.findings) {
            Checked::Good(value) => return Some((field.name, value)),
            Checked::Bad => {}
            Checked::Absent => {
                if field.narrows == Narrows::Told {
                    check::null_widens(value.line, here, self.findings);
                }
                if !matches!(field.of, Type::Time) {
                    self.seen &= !(1 << at);
                }
            }
        }
        None
    }

    fn advance(&mut self) -> Option<(&'static str, Good<'n>)> {
        while let Some(entry) = self.rest.as_mut().and_then(Iterator::next) {
            if let next @ Some(_) = self.entry(entry) {
                return next;
            }
        }
        while let Some(field) = self.fields.get(self.filled) {
            let is_there = self.seen & (1 << self.filled) != 0;
            self.filled += 1;
            if is_there {
                continue;
            }
            if let Some(value) = default_of(field, self.line) {
                return Some((field.name, value));
            }
            if field.required {
                self.findings.refuse(self.line, Path::Field(&self.path, field.name), "is required");
            }
        }
        None
    }
}

impl<'n> MapAccess<'n> for Fields<'n, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next = self.advance();
        self.next.as_ref().map(|(name, _)| seed.deserialize(BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = self.next.take().ok_or_else(no_key)?;
        seed.deserialize(Taken { value, path: Path::Field(&self.path, name), findings: self.findings })
    }
}

/// The entries of a map.
struct Entries<'n, 'c, 'f> {
    rest: Effective<'n>,
    keys: Form,
    values: &'static Type,
    next: Option<(&'n str, Good<'n>)>,
    path: Path<'c>,
    findings: &'c mut Findings<'f>,
}

impl<'n> Entries<'n, '_, '_> {
    fn entry(&mut self, entry: &'n Entry<'n>) -> Option<(&'n str, Good<'n>)> {
        let Entry { key, value } = entry;
        let here = Path::Field(&self.path, &key.text);
        if key.plain && !check::key_is_text(key, here, self.findings) {
            return None;
        }
        if !self.keys.fits(&key.text) {
            let text = format!("the key {} must be {}", shown(&key.text), self.keys.says);
            self.findings.refuse(key.line, self.path, text);
            return None;
        }
        match check(value, self.values, here, self.findings) {
            Checked::Good(value) => return Some((&*key.text, value)),
            Checked::Absent => {
                self.findings.warn(value.line, here, "null is as good as absent: leave it out, or give a value");
            }
            Checked::Bad => {}
        }
        None
    }
}

impl<'n> MapAccess<'n> for Entries<'n, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next = None;
        while self.next.is_none()
            && let Some(entry) = self.rest.next()
        {
            self.next = self.entry(entry);
        }
        self.next.as_ref().map(|(key, _)| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (key, value) = self.next.take().ok_or_else(no_key)?;
        seed.deserialize(Taken { value, path: Path::Field(&self.path, key), findings: self.findings })
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.size_hint().1
    }
}

fn no_key() -> Error {
    serde::de::Error::custom("a value is asked for before its key")
}

/// The items of a list.
struct Items<'n, 'c, 'f> {
    nodes: slice::Iter<'n, Node<'n>>,
    /// So many were taken.
    at: usize,
    items: &'static Type,
    keys: &'static [&'static str],
    /// The keys of those.
    seen: BTreeSet<Vec<&'n str>>,
    path: Path<'c>,
    findings: &'c mut Findings<'f>,
}

impl<'n> SeqAccess<'n> for Items<'n, '_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        for node in self.nodes.by_ref() {
            let here = Path::Item(&self.path, self.at);
            self.at += 1;
            match check(node, self.items, here, self.findings) {
                Checked::Good(value) => {
                    let item = seed.deserialize(Taken { value, path: here, findings: self.findings })?;
                    if let Some(key) = key_of(node, self.items, self.keys, self.findings)
                        && !self.seen.insert(key.clone())
                    {
                        let key: Vec<_> = self
                            .keys
                            .iter()
                            .zip(&key)
                            .map(|(name, value)| format!("{name} {}", shown(value)))
                            .collect();
                        let text = format!("{} stands in the list already", key.join(", "));
                        self.findings.refuse(node.line, here, text);
                    }
                    return Ok(Some(item));
                }
                Checked::Absent => self.findings.refuse(node.line, here, "must not be null"),
                Checked::Bad => {}
            }
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len())
    }
}

/// The values of an item's key fields, where it has keys and they are all good.
fn key_of<'n>(
    item: &'n Node<'n>,
    of: &'static Type,
    keys: &[&'static str],
    findings: &Findings<'_>,
) -> Option<Vec<&'n str>> {
    let (Some(map), Type::Object(fields), false) = (item.as_map(), of, keys.is_empty()) else {
        return None;
    };
    let value = |key: &&str| {
        let field = fields.iter().find(|field| field.name == *key)?;
        let mut unheard = findings.about_the_same(); // All was said when the item was taken.
        let values = map.effective().filter(|entry| entry.key.text == *key);
        let mut checked = values.map(|entry| check(&entry.value, &field.of, Path::Root, &mut unheard));
        match checked.find(|value| !matches!(value, Checked::Absent)) {
            Some(Checked::Good(Good::Text(text))) => Some(text),
            _ => None,
        }
    };
    keys.iter().map(value).collect()
}
