//! Texts as dense codes, counted, so that what nobody mentions any more is forgotten.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::keys::KeyLists;
use super::room::grow;
use crate::Symbol;

/// A text known to one index. `Code::ABSENT` stands for no text at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Code(u32);

impl Code {
    pub(crate) const ABSENT: Code = Code(0);

    pub(crate) fn is_present(self) -> bool {
        self != Code::ABSENT
    }

    /// Its place in a list with a place for each code.
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

/// Texts by code and codes by text. Every `intern` needs its `release`.
#[derive(Clone, Debug)]
pub(crate) struct Interner {
    // Looked up, never iterated: hash order cannot leak.
    codes: HashTable<Code>,
    pub(super) hasher: DefaultHashBuilder,
    texts: Vec<Text>,
    free: Vec<Code>,
    /// By where a text is in memory, the code it was given last: most facts share their texts, and are known by that.
    last: Box<[Code]>,
    pub(super) lists: KeyLists,
}

/// How many texts are known by where they are.
const LAST: usize = 1024;

/// 24 bytes. The hash is kept, so that growing and releasing read no text.
#[derive(Clone, Debug)]
struct Text {
    symbol: Symbol,
    uses: u32,
    hash: u32,
}

impl Interner {
    pub(crate) fn new() -> Self {
        // Slot 0 is `Code::ABSENT`.
        let absent = Text { symbol: Symbol::default(), uses: 1, hash: 0 };
        let hasher = DefaultHashBuilder::default();
        let codes = HashTable::new();
        let last = vec![Code::ABSENT; LAST].into();
        Interner { codes, hasher, texts: vec![absent], free: Vec::new(), last, lists: KeyLists::default() }
    }

    /// The code of a text, counted once more. Amortised O(length).
    pub(crate) fn intern(&mut self, symbol: &Symbol) -> Code {
        let last = symbol.address() / 16 % LAST;
        let text = &mut self.texts[self.last[last].at()];
        if text.uses > 0 && text.symbol.is(symbol) && self.last[last].is_present() {
            text.uses += 1;
            return self.last[last];
        }
        let code = self.intern_as(symbol, || symbol.clone());
        self.last[last] = code;
        code
    }

    /// The same of a text that nobody else keeps.
    pub(crate) fn intern_str(&mut self, text: &str) -> Code {
        self.intern_as(text, || text.into())
    }

    fn intern_as(&mut self, text: &str, symbol: impl FnOnce() -> Symbol) -> Code {
        let hash = self.hash(text);
        if let Some(code) = self.find(text, hash) {
            self.texts[code.at()].uses += 1;
            return code;
        }
        let text = Text { symbol: symbol(), uses: 1, hash };
        let code = match self.free.pop() {
            Some(code) => {
                self.texts[code.at()] = text;
                code
            }
            None => {
                grow(&mut self.texts, 1);
                self.texts.push(text);
                Code(self.texts.len() as u32 - 1)
            }
        };
        let texts = &self.texts;
        self.codes.insert_unique(spread_hash(hash), code, |code| spread_hash(texts[code.at()].hash));
        code
    }

    /// `code` again, counted once more, if it is of that text, else the text's. O(length) where it is.
    pub(super) fn intern_again(&mut self, code: Option<Code>, symbol: &Symbol) -> Code {
        match code {
            Some(code) if self.text(code) == symbol => {
                self.texts[code.at()].uses += 1;
                code
            }
            _ => self.intern(symbol),
        }
    }

    /// Undoes one `intern`.
    pub(crate) fn release(&mut self, code: Code) {
        if !code.is_present() {
            return;
        }
        let text = &mut self.texts[code.at()];
        text.uses -= 1;
        if text.uses == 0 {
            text.symbol = Symbol::default();
            if let Ok(entry) = self.codes.find_entry(spread_hash(text.hash), |other| *other == code) {
                entry.remove();
            }
            self.free.push(code);
        }
    }

    /// The code of a text somebody interned; absent otherwise.
    pub(crate) fn get(&self, text: &str) -> Code {
        self.find(text, self.hash(text)).unwrap_or(Code::ABSENT)
    }

    /// All codes are below this number.
    pub(super) fn codes(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, code: Code) -> &Symbol {
        &self.texts[code.at()].symbol
    }

    /// How many bytes all texts take together. O(texts).
    pub(super) fn text_bytes(&self) -> usize {
        // The first is none, and those that nobody uses are waiting for another text.
        self.texts.iter().skip(1).filter(|text| text.uses > 0).map(|text| text.symbol.heap_bytes()).sum()
    }

    fn hash(&self, text: &str) -> u32 {
        self.hasher.hash_one(text) as u32
    }

    fn find(&self, text: &str, hash: u32) -> Option<Code> {
        let same = |code: &Code| {
            let known = &self.texts[code.at()];
            known.hash == hash && known.symbol == *text
        };
        self.codes.find(spread_hash(hash), same).copied()
    }
}

/// The table looks at both ends of its 64 bits.
fn spread_hash(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        // Few texts, so that they come and go and codes are given out again and again.
        #[test]
        fn a_code_is_of_one_text_as_long_as_anybody_holds_it(
            changes in proptest::collection::vec((0u8..12, proptest::bool::weighted(0.6)), 0..300),
        ) {
            let mut interner = Interner::new();
            let mut held: BTreeMap<String, Vec<Code>> = BTreeMap::new();
            for (text, take) in changes {
                let text = "x".repeat(text.into());
                let codes = held.entry(text.clone()).or_default();
                if take {
                    codes.push(if codes.len().is_multiple_of(2) { interner.intern(&text.as_str().into()) } else { interner.intern_str(&text) });
                } else if let Some(code) = codes.pop() {
                    interner.release(code);
                }
                let mut seen = std::collections::BTreeSet::new();
                for (text, codes) in &held {
                    let code = interner.get(text);
                    prop_assert_eq!(code.is_present(), !codes.is_empty());
                    prop_assert!(codes.iter().all(|c| *c == code && interner.text(*c) == text.as_str()));
                    prop_assert!(!code.is_present() || seen.insert(code));
                }
                let held_texts = held.iter().filter(|(_, codes)| !codes.is_empty());
                let bytes: usize = held_texts.map(|(text, _)| 16 + text.len().next_multiple_of(8)).sum();
                prop_assert_eq!(interner.text_bytes(), bytes);
            }
            // What was given back is given out first.
            prop_assert!(interner.texts.len() <= 1 + 12);
        }
    }

    #[test]
    fn a_released_text_is_forgotten_and_its_code_reused() {
        let mut interner = Interner::new();
        let a = interner.intern(&"a".into());
        assert_eq!(interner.intern(&"a".into()), a);
        interner.release(a);
        assert_eq!(interner.get("a"), a);
        interner.release(a);
        assert_eq!(interner.get("a"), Code::ABSENT);
        assert_eq!(interner.intern(&"b".into()), a);
        assert_eq!(interner.text(a), &"b");
    }
}
