//! Texts as dense codes, counted, so that what nobody mentions any more is forgotten.

use hashbrown::HashMap;

use crate::Symbol;

/// A text known to one index. `Code::ABSENT` stands for no text at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Code(u32);

impl Code {
    pub(crate) const ABSENT: Code = Code(0);

    pub(crate) fn is_present(self) -> bool {
        self != Code::ABSENT
    }
}

/// Texts by code and codes by text. Every `intern` needs its `release`.
#[derive(Clone, Debug)]
pub(crate) struct Interner {
    // Looked up, never iterated: hash order cannot leak.
    codes: HashMap<Symbol, Code>,
    texts: Vec<Text>,
    free: Vec<Code>,
}

#[derive(Clone, Debug)]
struct Text {
    symbol: Symbol,
    uses: u32,
}

impl Interner {
    pub(crate) fn new() -> Self {
        // Slot 0 is `Code::ABSENT`.
        Interner { codes: HashMap::new(), texts: vec![Text { symbol: Symbol::default(), uses: 1 }], free: Vec::new() }
    }

    /// The code of a text, counted once more. Amortised O(length).
    pub(crate) fn intern(&mut self, symbol: &Symbol) -> Code {
        if let Some(code) = self.codes.get(symbol) {
            self.texts[code.0 as usize].uses += 1;
            return *code;
        }
        let text = Text { symbol: symbol.clone(), uses: 1 };
        let code = match self.free.pop() {
            Some(code) => {
                self.texts[code.0 as usize] = text;
                code
            }
            None => {
                self.texts.push(text);
                Code(self.texts.len() as u32 - 1)
            }
        };
        self.codes.insert(symbol.clone(), code);
        code
    }

    /// Undoes one `intern`.
    pub(crate) fn release(&mut self, code: Code) {
        if !code.is_present() {
            return;
        }
        let text = &mut self.texts[code.0 as usize];
        text.uses -= 1;
        if text.uses == 0 {
            self.codes.remove(&text.symbol);
            text.symbol = Symbol::default();
            self.free.push(code);
        }
    }

    /// The code of a text somebody interned; absent otherwise.
    pub(crate) fn get(&self, text: &str) -> Code {
        self.codes.get(text).copied().unwrap_or(Code::ABSENT)
    }

    pub(crate) fn text(&self, code: Code) -> &Symbol {
        &self.texts[code.0 as usize].symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
