//! Text that is cheap to clone and to hand across the border.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// An immutable text: a name, a label key, a value.
///
/// Compares, orders and hashes as its text, bytewise (SELECT-1). Cloning costs one reference count. Dense ids, which
/// the index uses inside, never leave it: what crosses the border is a `Symbol`.
#[derive(Clone, Default, Eq, PartialOrd, Ord)]
pub struct Symbol(Arc<str>);

impl Symbol {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the two are one and the same text in memory.
    pub(crate) fn is(&self, other: &Symbol) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Where its text is in memory.
    pub(crate) fn address(&self) -> usize {
        self.0.as_ptr().addr()
    }

    /// How many bytes it takes on the heap: its reference counts, its text, and up to the next whole word.
    pub(crate) fn heap_bytes(&self) -> usize {
        let word = size_of::<usize>();
        2 * word + self.0.len().next_multiple_of(word)
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        // Equal texts mostly are one and the same.
        self.is(other) || self.0 == other.0
    }
}

impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Deref for Symbol {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Symbol {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Symbol {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Self {
        Symbol(Arc::from(text))
    }
}

impl From<String> for Symbol {
    fn from(text: String) -> Self {
        Symbol(Arc::from(text))
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
