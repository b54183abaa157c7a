//! JSON into a tree that keeps numbers as written, repeated keys and lines. Strict: what RFC 8259 does not allow is an
//! error.

use std::borrow::Cow;

use super::{
    DEPTH_MAX,
    node::{Entry, Key, Map, Node, Value},
};

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) line: u32,
    /// Counts characters from 1.
    pub(crate) column: u32,
    pub(crate) what: Cow<'static, str>,
}

/// The values of a text, one after the other.
pub(crate) struct Values<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    line_start: usize,
    /// How deep the values stand in others.
    depth: usize,
    /// What is open: what each list and map has so far, one behind the other, so that each is made once and in its size.
    items: Vec<Node<'a>>,
    entries: Vec<Entry<'a>>,
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Node<'a>, SyntaxError>;

    /// Reads a value and the white space around it; after an error nothing more is to be read. O(length).
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done() {
            return None;
        }
        self.line_start = self.at;
        self.skip_space();
        let node = self.value(self.depth);
        self.skip_space();
        Some(node)
    }
}

impl<'a> Values<'a> {
    /// Of a text whose first line is `line`, and whose values are `depth` deep in others.
    pub(crate) fn new(text: &'a str, line: u32, depth: usize) -> Values<'a> {
        Values { text, at: 0, line, line_start: 0, depth, items: Vec::new(), entries: Vec::new() }
    }

    /// Whether there is nothing more to read.
    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, what: impl Into<Cow<'static, str>>) -> SyntaxError {
        let column = self.text.get(self.line_start..self.at).map_or(0, |before| before.chars().count());
        SyntaxError {
            line: self.line,
            column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
            what: what.into(),
        }
    }

    fn skip_space(&mut self) {
        while let Some(b) = self.peek().filter(|&b| b <= b' ') {
            match b {
                b' ' | b'\t' | b'\r' => {}
                b'\n' => {
                    self.line += 1;
                    self.line_start = self.at + 1;
                }
                _ => break,
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, SyntaxError> {
        let line = self.line;
        let value = match self.peek() {
            Some(b'{' | b'[') if depth == DEPTH_MAX => {
                return Err(self.error(format!("nested more than {DEPTH_MAX} deep")));
            }
            Some(b'{') => Value::Map(self.map(depth)?),
            Some(b'[') => Value::List(self.list(depth)?),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(Cow::Borrowed(self.number()?)),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err(self.error("expected a value")),
            None => return Err(self.error("the text ends where a value is expected")),
        };
        Ok(Node { line, value })
    }

    fn map(&mut self, depth: usize) -> Result<Map<'a>, SyntaxError> {
        self.at += 1;
        let start = self.entries.len();
        let mut is_first = true;
        while let Some(key) = self.key(&mut is_first)? {
            let value = self.value(depth + 1)?;
            self.entries.push(Entry { key, value });
        }
        if is_first {
            return Ok(Map::default());
        }
        Ok(Map::new(self.entries.split_off(start), Vec::new()))
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node<'a>>, SyntaxError> {
        self.at += 1;
        let start = self.items.len();
        let mut is_first = true;
        while self.has_item(&mut is_first)? {
            let item = self.value(depth + 1)?;
            self.items.push(item);
        }
        Ok(self.items.split_off(start))
    }

    /// The next key of an open map, up to its value; none where the map is closed.
    pub(super) fn key(&mut self, is_first: &mut bool) -> Result<Option<Key<'a>>, SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !*is_first => {
                self.at += 1;
                self.skip_space();
            }
            _ if !*is_first => return Err(self.expected("`,` or `}`")),
            _ => *is_first = false,
        }
        let line = self.line;
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let text = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.skip_space();
        Ok(Some(Key { text, plain: false, line }))
    }

    /// Up to the next item of an open list; false where the list is closed.
    pub(super) fn has_item(&mut self, is_first: &mut bool) -> Result<bool, SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') if !*is_first => {
                self.at += 1;
                self.skip_space();
            }
            _ if !*is_first => return Err(self.expected("`,` or `]`")),
            _ => *is_first = false,
        }
        Ok(true)
    }

    /// Opens a map or a list, if that is what comes.
    pub(super) fn open(&mut self, bracket: u8) -> bool {
        let opens = self.peek() == Some(bracket);
        self.at += usize::from(opens);
        opens
    }

    /// Anything but a map or a list.
    pub(super) fn scalar(&mut self) -> Result<Node<'a>, SyntaxError> {
        match self.peek() {
            Some(b'{' | b'[') => Err(self.error("expected a scalar")),
            _ => self.value(DEPTH_MAX),
        }
    }

    /// Reads over a value. O(length).
    pub(super) fn skip(&mut self, depth: usize) -> Result<(), SyntaxError> {
        let mut is_first = true;
        if !matches!(self.peek(), Some(b'{' | b'[')) || depth == DEPTH_MAX {
            return self.value(depth).map(drop);
        }
        if self.open(b'{') {
            while self.key(&mut is_first)?.is_some() {
                self.skip(depth + 1)?;
            }
        } else if self.open(b'[') {
            while self.has_item(&mut is_first)? {
                self.skip(depth + 1)?;
            }
        }
        Ok(())
    }

    /// Reads something else than a tree of the next value and the white space around it; where that gives nothing, it
    /// was not read.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Values<'a>, u32, usize) -> Option<T>) -> Option<T> {
        let (at, line, line_start) = (self.at, self.line, self.line_start);
        self.line_start = self.at;
        self.skip_space();
        let (line_of_value, depth) = (self.line, self.depth);
        let read = read(self, line_of_value, depth);
        match read {
            Some(_) => self.skip_space(),
            None => (self.at, self.line, self.line_start) = (at, line, line_start),
        }
        read
    }

    fn expected(&self, what: &str) -> SyntaxError {
        match self.peek() {
            None => self.error(format!("the text ends where {what} is expected")),
            Some(_) => self.error(format!("expected {what}")),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, SyntaxError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("expected a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 {
            return Err(self.error("expected a digit"));
        }
        if whole > 1 && self.text.as_bytes()[self.at - whole] == b'0' {
            return Err(self.error("a number must not start with 0"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.error("expected a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.error("expected a digit"));
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    #[inline]
    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        let start = self.at + 1;
        self.at = start + plain(&self.text.as_bytes()[start..]);
        let text = &self.text[start..self.at];
        if self.peek() != Some(b'"') {
            return self.escaped(text.to_owned()).map(Cow::Owned);
        }
        self.at += 1;
        Ok(Cow::Borrowed(text))
    }

    /// A text in quotes, if that is what comes.
    #[inline]
    pub(super) fn text(&mut self) -> Option<Cow<'a, str>> {
        (self.peek() == Some(b'"')).then(|| self.string().ok())?
    }

    /// The rest of a string that is not just plain characters, behind those that are.
    fn escaped(&mut self, mut text: String) -> Result<String, SyntaxError> {
        loop {
            match self.peek() {
                Some(b'"') => break self.at += 1,
                Some(b'\\') => text.push(self.escape()?),
                Some(0..0x20) => return Err(self.error("a control character inside a string: escape it")),
                Some(_) => {
                    let rest = &self.text[self.at..];
                    let length = plain(rest.as_bytes());
                    text.push_str(&rest[..length]);
                    self.at += length;
                }
                None => return Err(self.error("the text ends inside a string")),
            }
        }
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.error("an unknown escape inside a string")),
        };
        self.at += 1;
        Ok(c)
    }

    /// `XXXX` or `XXXX\uXXXX`; a half of a pair alone is refused, because no Rust or Kubernetes text can hold it.
    fn unicode(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex4()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if first < 0xdc00 && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second)
                && let Some(c) = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            {
                return Ok(c);
            }
        }
        Err(self.error("half of a surrogate pair inside a string"))
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() != 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(self.error("expected four hexadecimal digits"));
        }
        self.at += 4;
        Ok(digits.iter().fold(0, |sum, &b| 16 * sum + char::from(b).to_digit(16).unwrap_or(0)))
    }
}

/// How many bytes before the first that ends a string, escapes or must not stand there: `"`, `\`, control characters.
/// Eight at a time. O(length).
#[inline]
fn plain(bytes: &[u8]) -> usize {
    /// 1 in each byte.
    const ONES: u64 = u64::MAX / 0xff;
    /// Has the highest bit of the first byte that is below `limit`, and none of those before it.
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(ONES * limit as u64) & !word & (ONES * 0x80)
    }
    let mut at = 0;
    while let Some(word) = bytes[at..].first_chunk() {
        let word = u64::from_le_bytes(*word);
        // Exactly `"` and what is below a space is below 0x21 when its bit of 2 is turned.
        let found = below(word ^ (ONES * 2), 0x21) | below(word ^ (ONES * b'\\' as u64), 1);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes[at..].iter().position(|&b| b < b' ' || matches!(b, b'"' | b'\\'));
    rest.map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::plain;

    proptest! {
        #[test]
        fn plain_bytes_are_counted_as_one_by_one(bytes in prop::collection::vec(prop_oneof![9 => any::<u8>(), 90 => 0x20..=0xff_u8, 1 => Just(b'"'), 1 => Just(b'\\')], 0..40)) {
            let one_by_one = bytes.iter().take_while(|&&b| b >= 0x20 && b != b'"' && b != b'\\').count();
            prop_assert_eq!(plain(&bytes), one_by_one);
        }
    }
}
