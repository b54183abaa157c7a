//! A document as a tree whose values still know how they were written and on which line; text is borrowed from the
//! input where it can be.

use std::{borrow::Cow, collections::BTreeSet, iter::Chain, slice, sync::Arc, vec};

/// A value and the line it starts on.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) line: u32,
    pub(crate) value: Value<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// Text beyond doubt: quoted, or a block.
    Text(Cow<'a, str>),
    /// A plain YAML scalar: what it is depends on who reads (FILE-1, FILE-2).
    Plain(Cow<'a, str>),
    Null,
    Bool(bool),
    /// A number beyond doubt, as written.
    Number(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Map<'a>),
    /// What an anchor names, here or where an alias stands.
    Shared(Arc<Node<'a>>),
}

/// As small as a text, because there are many of both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map<'a> {
    pub(crate) entries: Box<[Entry<'a>]>,
    rare: Option<Box<Rare<'a>>>,
}

/// A map's entries, of which those of merged maps are gathered.
pub(crate) type Effective<'m> = Chain<slice::Iter<'m, Entry<'m>>, vec::IntoIter<&'m Entry<'m>>>;

/// What hardly any map has.
#[derive(Clone, Debug)]
struct Rare<'a> {
    /// The maps that `<<` names, the strongest first; own entries are stronger.
    merged: Vec<Node<'a>>,
    /// Positions of entries whose key stands before them already (FILE-3).
    repeated: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Key<'a>,
    pub(crate) value: Node<'a>,
}

#[derive(Clone, Debug)]
pub(crate) struct Key<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Written as a plain YAML scalar.
    pub(crate) plain: bool,
    pub(crate) line: u32,
}

impl<'a> Node<'a> {
    /// The value, whoever named it.
    pub(crate) fn value(&self) -> &Value<'a> {
        let mut node = self;
        while let Value::Shared(inner) = &node.value {
            node = inner;
        }
        &node.value
    }

    pub(crate) fn as_map(&self) -> Option<&Map<'a>> {
        match self.value() {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Node<'a>]> {
        match self.value() {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a scalar that may be text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self.value() {
            Value::Text(text) | Value::Plain(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.as_map()?.get(key)
    }
}

impl<'a> Map<'a> {
    /// Files the entries and finds what is repeated. O(n) where the keys are in order, O(n log n) otherwise.
    pub(crate) fn new(entries: impl Into<Box<[Entry<'a>]>>, merged: Vec<Node<'a>>) -> Map<'a> {
        let entries = entries.into();
        let repeated = repeated(&entries);
        let rare = (!merged.is_empty() || !repeated.is_empty()).then(|| Box::new(Rare { merged, repeated }));
        Map { entries, rare }
    }

    /// Positions of entries whose key stands before them already (FILE-3).
    pub(crate) fn repeated(&self) -> &[usize] {
        self.rare.as_ref().map_or(&[], |rare| &rare.repeated)
    }

    fn merged(&self) -> &[Node<'a>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.merged)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.key.text == key) {
            return Some(&entry.value);
        }
        self.merged().iter().find_map(|map| map.get(key))
    }

    /// Every key once, own entries first, those of merged maps that are not overridden after them.
    pub(crate) fn effective(&'a self) -> Effective<'a> {
        let mut merged = Vec::new();
        if !self.merged().is_empty() {
            let mut seen: BTreeSet<&str> = self.entries.iter().map(|entry| &*entry.key.text).collect();
            self.collect_merged(&mut seen, &mut merged);
        }
        self.entries.iter().chain(merged)
    }

    fn collect_merged<'m>(&'m self, seen: &mut BTreeSet<&'m str>, all: &mut Vec<&'m Entry<'a>>) {
        for map in self.merged().iter().filter_map(Node::as_map) {
            for entry in &map.entries {
                if seen.insert(&entry.key.text) {
                    all.push(entry);
                }
            }
            map.collect_merged(seen, all);
        }
    }
}

fn repeated(entries: &[Entry<'_>]) -> Vec<usize> {
    const FEW: usize = 12;
    // Mostly the first byte tells.
    let order = |key: &Key<'_>| key.text.as_bytes().first().copied();
    if entries.is_sorted_by(|a, b| order(&a.key) < order(&b.key) || a.key.text < b.key.text) {
        return Vec::new(); // As API servers write them.
    }
    if entries.len() <= FEW {
        return (1..entries.len())
            .filter(|&at| entries[..at].iter().any(|entry| entry.key.text == entries[at].key.text))
            .collect();
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|&a, &b| entries[a].key.text.cmp(&entries[b].key.text)); // Stable: the first stays first.
    let mut found: Vec<usize> = order
        .windows(2)
        .filter(|pair| entries[pair[0]].key.text == entries[pair[1]].key.text)
        .map(|pair| pair[1])
        .collect();
    found.sort_unstable();
    found
}
