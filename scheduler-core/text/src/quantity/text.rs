//! Short texts in place: a fleet has four quantities a cluster, nearly all of them of a few characters.

use std::sync::Arc;

/// 16 bytes. Equal texts are equal values: whether a text is short decides how it is held.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// The rest of the bytes is 0.
    Short { length: u8, bytes: [u8; SHORT_MAX] },
    /// A thin pointer, so that all of it fits into 16 bytes.
    Long(Arc<Box<str>>),
}

const SHORT_MAX: usize = 14;

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut bytes = [0; SHORT_MAX];
        match bytes.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text.as_bytes());
                Text::Short { length: text.len() as u8, bytes }
            }
            None => Text::Long(Arc::new(text.into())),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            // INVARIANT: they were a text, so there is no other case.
            Text::Short { length, bytes } => str::from_utf8(&bytes[..usize::from(*length)]).unwrap_or_default(),
            Text::Long(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_the_border() {
        assert_eq!(size_of::<Text>(), 16);
        for text in ["", "1", "12345678901234", "123456789012345", "1234567890123456789Ki"] {
            assert_eq!(Text::new(text).as_str(), text);
            assert!(Text::new(text) == Text::new(text) && Text::new(text) != Text::new(&format!("{text}0")));
        }
    }
}
