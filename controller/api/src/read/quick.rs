//! The short cut for what API servers and we ourselves write: a JSON object of a kind of ours about which there is
//! nothing to say goes from the text into its type, without a tree.
//!
//! Whatever is anything else (a wrong value, an unknown field, a null, keys in another order) is left to the long way,
//! which knows how to say it. Both take the same tables, and check scalars by the same code.

use std::{borrow::Cow, sync::Arc};

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor,
        value::{BorrowedStrDeserializer, Error, MapAccessDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    Object, Place,
    check::{Checked, Good, check},
    document::{Inherited, kind_of},
    findings::{Findings, Path},
    json::{SyntaxError, Values},
    typed::{Taken, default_of},
    wanted::is_sized,
};
use crate::schema::{Field, Form, GROUP, Served, Type, served};

/// The next value, if it is an object of a kind of ours and there is nothing to say about it. Reads nothing otherwise.
/// O(length).
pub(super) fn object(values: &mut Values<'_>, file: &Arc<str>, inherited: Option<Inherited<'_>>) -> Option<Object> {
    values.attempt(|values, line, depth| {
        if !values.open(b'{') {
            return None;
        }
        let mut is_first = true;
        let served = match inherited {
            Some(Inherited { api_version, kind }) if !kind.is_empty() => of_kind(api_version, kind)?,
            _ => of_kind(&head(values, "apiVersion", &mut is_first)?, &head(values, "kind", &mut is_first)?)?,
        };
        let mut findings = Findings::new(file, &String::new);
        let from = From { values, findings: &mut findings };
        let is_head = |field: &Field| matches!(field.name, "apiVersion" | "kind");
        let seen = served.fields.iter().rev().fold(0, |bits, field| bits << 1 | u64::from(is_head(field)));
        let fields = Fields {
            from,
            fields: served.fields,
            depth,
            is_first,
            seen,
            is_open: true,
            filled: 0,
            next: None,
            told_by: None,
        };
        let kind = kind_of(served.kind, MapAccessDeserializer::new(fields)).ok()?;
        let metadata = kind.metadata();
        let is_told_all = metadata.namespace.is_empty() != served.namespaced
            && (served.annotations.is_empty() || metadata.annotations.is_empty())
            && findings.is_silent();
        is_told_all.then(|| Object { place: Place { file: Arc::clone(file), line }, kind })
    })
}

/// The served kind of this name, group and version.
fn of_kind(api_version: &str, kind: &str) -> Option<&'static Served> {
    let version = api_version.strip_prefix(GROUP)?.strip_prefix('/')?;
    served(kind).filter(|served| served.version == version)
}

/// The text of this field, if that is what comes.
fn head<'a>(values: &mut Values<'a>, name: &str, is_first: &mut bool) -> Option<Cow<'a, str>> {
    let key = values.key(is_first).ok()??;
    values.text().filter(|_| key.text == name)
}

/// Why the short cut ends does not matter: nobody sees it.
fn ends() -> Error {
    Error::custom("")
}

fn broken(_: SyntaxError) -> Error {
    ends()
}

/// What is read, and a place for findings, of which the first ends the short cut.
struct From<'s, 'a, 'f> {
    values: &'s mut Values<'a>,
    findings: &'s mut Findings<'f>,
}

impl<'a, 'f> From<'_, 'a, 'f> {
    fn again(&mut self) -> From<'_, 'a, 'f> {
        From { values: self.values, findings: self.findings }
    }
}

/// By which field a list tells its items apart, and where an item puts the text of it.
struct ToldBy<'s, 'a> {
    field: &'static str,
    text: &'s mut Option<Cow<'a, str>>,
}

/// The value that comes next, on its way into a type.
struct Next<'s, 'a, 'f> {
    from: From<'s, 'a, 'f>,
    of: &'static Type,
    depth: usize,
    told_by: Option<ToldBy<'s, 'a>>,
}

impl<'de, 'a> Deserializer<'de> for Next<'_, 'a, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Next { from, of, depth, told_by } = self;
        match of {
            Type::Object(fields) if from.values.open(b'{') => visitor.visit_map(Fields {
                from,
                fields,
                depth,
                is_first: true,
                seen: 0,
                is_open: true,
                filled: 0,
                next: None,
                told_by,
            }),
            Type::Map { keys, values: of } if from.values.open(b'{') => {
                visitor.visit_map(Entries { from, keys: *keys, of, depth, is_first: true, last: None })
            }
            Type::List { items: of, max, keys } if from.values.open(b'[') => {
                visitor.visit_seq(Items { from, of, max: *max, read: 0, depth, is_first: true, keys, seen: Vec::new() })
            }
            Type::Text { min, max, form } => {
                let text = from.values.text().filter(|text| is_sized(text, (*min, *max), *form)).ok_or_else(ends)?;
                if let Some(told_by) = told_by {
                    *told_by.text = Some(text.clone());
                }
                visitor.visit_str(&text)
            }
            Type::Object(_) | Type::Map { .. } | Type::List { .. } | Type::Ignored => Err(ends()),
            _ => {
                let node = from.values.scalar().map_err(broken)?;
                match check(&node, of, Path::Root, from.findings) {
                    _ if !from.findings.is_silent() => Err(ends()),
                    Checked::Good(Good::Text(text)) => visitor.visit_str(text),
                    Checked::Good(Good::Integer(number)) => visitor.visit_i64(number),
                    Checked::Good(Good::Bool(yes)) => visitor.visit_bool(yes),
                    _ => Err(ends()),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

/// The fields of an object, then the defaults of those that were absent.
struct Fields<'s, 'a, 'f> {
    from: From<'s, 'a, 'f>,
    fields: &'static [Field],
    depth: usize,
    is_first: bool,
    /// Bits of `fields` that were there; no object has 64 of them.
    seen: u64,
    /// Not all that are written were read.
    is_open: bool,
    /// So many of `fields` were looked at for what is absent.
    filled: usize,
    /// The field whose value is due, and its default if it is absent.
    next: Option<(&'static Field, Option<Good<'static>>)>,
    told_by: Option<ToldBy<'s, 'a>>,
}

impl Fields<'_, '_, '_> {
    /// The next field that stands in the text.
    fn written(&mut self) -> Result<Option<&'static Field>, Error> {
        while let Some(key) = self.from.values.key(&mut self.is_first).map_err(broken)? {
            let at = self.fields.iter().position(|field| field.name == key.text).ok_or_else(ends)?;
            let field = &self.fields[at];
            if self.seen & (1 << at) != 0 {
                return Err(ends());
            }
            self.seen |= 1 << at;
            if !matches!(field.of, Type::Ignored) {
                return Ok(Some(field));
            }
            self.from.values.skip(self.depth + 1).map_err(broken)?;
        }
        Ok(None)
    }

    /// The next field that is absent and has a default.
    fn absent(&mut self) -> Result<Option<(&'static Field, Good<'static>)>, Error> {
        while let Some(field) = self.fields.get(self.filled) {
            let is_there = self.seen & (1 << self.filled) != 0;
            self.filled += 1;
            if is_there {
                continue;
            }
            match default_of(field, 0) {
                Some(value) => return Ok(Some((field, value))),
                None if field.required => return Err(ends()),
                None => {}
            }
        }
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for Fields<'_, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let written = if self.is_open { self.written()? } else { None };
        self.is_open = written.is_some();
        self.next = match written {
            Some(field) => Some((field, None)),
            None => self.absent()?.map(|(field, value)| (field, Some(value))),
        };
        self.next.as_ref().map(|(field, _)| seed.deserialize(BorrowedStrDeserializer::new(field.name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (field, default) = self.next.take().ok_or_else(ends)?;
        let mut from = self.from.again();
        if let Some(value) = default {
            return seed.deserialize(Taken { value, path: Path::Root, findings: from.findings });
        }
        let told_by = self.told_by.as_mut().filter(|told_by| told_by.field == field.name);
        let told_by = told_by.map(|ToldBy { field, text }| ToldBy { field, text });
        seed.deserialize(Next { from: from.again(), of: &field.of, depth: self.depth + 1, told_by })
    }
}

/// The entries of a map, each key greater than the one before it, so that none is there twice.
struct Entries<'s, 'a, 'f> {
    from: From<'s, 'a, 'f>,
    keys: Form,
    of: &'static Type,
    depth: usize,
    is_first: bool,
    last: Option<Cow<'a, str>>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(key) = self.from.values.key(&mut self.is_first).map_err(broken)? else {
            return Ok(None);
        };
        if !self.keys.fits(&key.text) || self.last.as_ref().is_some_and(|last| *last >= key.text) {
            return Err(ends());
        }
        let got = seed.deserialize(StrDeserializer::new(&key.text))?;
        self.last = Some(key.text);
        Ok(Some(got))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Next { from: self.from.again(), of: self.of, depth: self.depth + 1, told_by: None })
    }
}

/// The items of a list.
struct Items<'s, 'a, 'f> {
    from: From<'s, 'a, 'f>,
    of: &'static Type,
    max: usize,
    /// So many of them have come.
    read: usize,
    depth: usize,
    is_first: bool,
    /// The fields by which its items are told apart.
    keys: &'static [&'static str],
    /// Their texts in the items so far.
    seen: Vec<Cow<'a, str>>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if !self.from.values.has_item(&mut self.is_first).map_err(broken)? {
            self.seen.sort_unstable();
            let is_repeated = self.seen.windows(2).any(|pair| pair[0] == pair[1]);
            return if is_repeated { Err(ends()) } else { Ok(None) };
        }
        let mut text = None;
        let told_by = match self.keys {
            [field] => Some(ToldBy { field, text: &mut text }),
            [_, ..] if self.read > 0 => return Err(ends()), // Told apart by several fields: the long way knows how.
            _ => None,
        };
        self.read += 1;
        if self.read > self.max {
            return Err(ends());
        }
        let item = seed.deserialize(Next { from: self.from.again(), of: self.of, depth: self.depth + 1, told_by })?;
        self.seen.extend(text);
        Ok(Some(item))
    }
}

#[cfg(test)]
mod tests;
