//! Text that many objects share.

use std::{borrow::Borrow, cell::RefCell, fmt, hash::BuildHasher as _, ops::Deref};

use foldhash::fast::FixedState;
use scheduler_core::Symbol;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that comes again and again in a fleet: a label, a claim, the type of a condition. Held once for all that
/// were read shortly after each other; otherwise as good as a `String` that does not change.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Symbol);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the engine holds it.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        self.0.clone()
    }
}

/// The same text as one that was used lately, where there is one.
fn shared(text: &str) -> Symbol {
    const TEXTS: usize = 1024;
    const BYTES_MAX: usize = 64;
    thread_local! {
        /// Each text at the place its hash says, until another one takes it.
        static LATELY: RefCell<Vec<Symbol>> = RefCell::new(vec![Symbol::default(); TEXTS]);
    }
    if text.len() > BYTES_MAX {
        return text.into();
    }
    let at = FixedState::default().hash_one(text) as usize % TEXTS;
    LATELY.with_borrow_mut(|lately| {
        let there = &mut lately[at];
        if *there != *text {
            *there = text.into();
        }
        there.clone()
    })
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(shared(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        text.as_str().into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        from.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_text_is_itself_whatever_was_used_before_it() {
        for number in (0..5000).chain(0..5000) {
            for text in [format!("{number}"), format!("{number:064}"), format!("{number:065}"), String::new()] {
                assert_eq!(Text::from(&*text), text.as_str());
            }
        }
    }

    #[test]
    fn a_text_that_was_just_used_is_shared() {
        let [first, again] = ["env", "env"].map(Text::from);
        assert_eq!(first.as_ptr(), again.as_ptr());
    }
}
