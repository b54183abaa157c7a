//! The table of texts and what stands for them.

use std::collections::BTreeMap;
use std::mem;

use api::bind::{GROUP_INDEX_LABEL, GROUP_NAME_LABEL};
use api::facts::{CLUSTER_SET_LABEL, DISABLE_ANNOTATION, PLACEMENT_LABEL};
use api::kinds::Text;

/// Keys that mean the same on every hub.
const KEPT: [&str; 7] = [
    CLUSTER_SET_LABEL,
    PLACEMENT_LABEL,
    GROUP_NAME_LABEL,
    GROUP_INDEX_LABEL,
    DISABLE_ANNOTATION,
    "cluster.open-cluster-management.io/unavailable",
    "cluster.open-cluster-management.io/unreachable",
];
/// What our keys start with.
const OURS: &str = "placewright.io/";
/// The longest part of a label; what is longer has to stay so.
const LABEL_MAX: usize = 63;
/// Between a placement's name and the number of its slice.
const SLICE: &str = "-decision-";

/// Collects texts until it is settled, and replaces them from then on.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Each text and, once settled, what stands for it.
    known: BTreeMap<String, String>,
    settled: bool,
}

/// A field that holds a text.
pub(super) trait Field {
    fn get(&self) -> &str;
    fn set(&mut self, text: String);
}

impl Field for String {
    fn get(&self) -> &str {
        self
    }

    fn set(&mut self, text: String) {
        *self = text;
    }
}

impl Field for Text {
    fn get(&self) -> &str {
        self
    }

    fn set(&mut self, text: String) {
        *self = text.into();
    }
}

impl Names {
    /// All texts are known: gives each another one, in their order.
    pub fn settle(&mut self) {
        let digits = self.known.len().to_string().len();
        for (at, (text, other)) in self.known.iter_mut().enumerate() {
            *other = format!("n{at:0digits$}");
            let form = form(text);
            let length = text.chars().count();
            while length > LABEL_MAX && other.len() + form.len() < length {
                other.push('0');
            }
            other.push_str(form);
        }
        self.settled = true;
    }

    /// A text as one whole.
    pub fn whole(&mut self, field: &mut impl Field) {
        let other = self.other(field.get());
        field.set(other);
    }

    /// A text whose parts between slashes may stand alone elsewhere.
    pub fn value(&mut self, field: &mut impl Field) {
        let parts: Vec<String> = field.get().split('/').map(|part| self.other(part)).collect();
        field.set(parts.join("/"));
    }

    /// The key of a label, an annotation, a taint, a claim.
    pub fn key(&mut self, field: &mut impl Field) {
        if !KEPT.contains(&field.get()) && !field.get().starts_with(OURS) {
            self.value(field);
        }
    }

    /// One of these words; whatever else it is, is renamed.
    pub fn word(&mut self, field: &mut impl Field, words: &[&str]) {
        if !words.contains(&field.get().trim()) {
            self.whole(field);
        }
    }

    /// The name of a slice, which begins with its placement's.
    pub fn slice(&mut self, field: &mut impl Field) {
        match field.get().rsplit_once(SLICE) {
            Some((placement, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                let other = format!("{}{SLICE}{number}", self.other(placement));
                field.set(other);
            }
            _ => self.whole(field),
        }
    }

    /// Keys, each with its value.
    pub fn map<K: Field + Ord, V>(&mut self, map: &mut BTreeMap<K, V>, each: impl Fn(&mut Names, &mut K, &mut V)) {
        let entries = mem::take(map).into_iter().map(|(mut key, mut value)| {
            each(self, &mut key, &mut value);
            (key, value)
        });
        *map = entries.collect();
    }

    /// What stands for a text; the text itself while they are collected.
    pub(super) fn other(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if !self.settled {
            self.known.entry(text.to_owned()).or_default();
            return text.to_owned();
        }
        self.known.get(text).cloned().unwrap_or_default()
    }
}

/// The end of a text that is valid where the given one is, and wrong where that is: as the name of a namespace, of an
/// object, as a label's value.
fn form(text: &str) -> &'static str {
    let is = |text: &str, also: fn(u8) -> bool| {
        let ends = [text.bytes().next(), text.bytes().last()];
        ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()))
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also(byte))
    };
    let is_small = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_small && is(text, |byte| byte == b'-') {
        ""
    } else if is_small && text.split('.').all(|part| is(part, |byte| byte == b'-')) {
        ".x"
    } else if is(text, |byte| matches!(byte, b'-' | b'_' | b'.')) {
        "X"
    } else {
        "-"
    }
}
