//! A JSON document as a value. Small, because it is part of every plugin.

/// How deep a document may nest.
const DEPTH_MAX: u32 = 64;
/// So many digits make a whole number that 64 bits of floating point hold exactly.
const DIGITS_MAX: u32 = 15;
/// So do powers of ten up to this.
const EXPONENT_MAX: i32 = 22;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number: at most 15 digits and a power of ten up to 22, the nearest one that 64 bits can hold.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in the document's order.
    Object(Vec<(String, Json)>),
}

/// What is no JSON, and where: byte and message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson(pub usize, pub &'static str);

impl Json {
    /// Reads a document.
    pub(crate) fn parse(text: &str) -> Result<Json, NotJson> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        if reader.at == text.len() { Ok(value) } else { Err(reader.wrong("one document and nothing behind it")) }
    }

    /// What kind of value this is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// What is left of a document. `at` is always between two characters.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: u32) -> Result<Json, NotJson> {
        if depth > DEPTH_MAX {
            return Err(self.wrong("no more than 64 levels"));
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.text().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let words = [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
                let found = words.into_iter().find(|(word, _)| self.text[self.at..].starts_with(word));
                let (word, value) = found.ok_or_else(|| self.wrong("a value"))?;
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn object(&mut self, depth: u32) -> Result<Json, NotJson> {
        let mut members = Vec::new();
        self.at += 1;
        if self.takes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            let key = self.text()?;
            if !self.takes(b':') {
                return Err(self.wrong("`:`"));
            }
            members.push((key, self.value(depth + 1)?));
            if self.takes(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.wrong("`,` or `}`"));
            }
        }
    }

    fn list(&mut self, depth: u32) -> Result<Json, NotJson> {
        let mut items = Vec::new();
        self.at += 1;
        if self.takes(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(Json::List(items));
            }
            if !self.takes(b',') {
                return Err(self.wrong("`,` or `]`"));
            }
        }
    }

    /// A number is exact as long as its digits are, and so is a power of ten: one operation rounds to the nearest there is.
    /// What has more than that is refused, for a third of a plugin would be what reads it.
    fn number(&mut self) -> Result<Json, NotJson> {
        let from = self.at;
        let wrong = NotJson(from, "a number of at most 15 digits");
        let negative = self.next_is(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let (mut digits, mut whole) = (0, 0);
        let before_dot = self.digits(&mut digits, &mut whole);
        let behind_dot = if self.next_is(b'.') { Some(self.digits(&mut digits, &mut whole)) } else { None };
        let exponent = if self.next_is(b'e') || self.next_is(b'E') {
            let down = self.next_is(b'-');
            if !down {
                self.next_is(b'+');
            }
            let mut exponent = 0;
            match self.digits(&mut 0, &mut exponent) {
                1..=3 => Some(if down { -(exponent as i32) } else { exponent as i32 }),
                _ => None,
            }
        } else {
            Some(0)
        };
        let padded = leading_zero && before_dot > 1;
        let (Some(exponent), false) = (exponent, before_dot == 0 || behind_dot == Some(0) || padded) else {
            return Err(wrong);
        };
        let exponent = exponent - behind_dot.unwrap_or(0) as i32;
        if digits > DIGITS_MAX || !(-EXPONENT_MAX..=EXPONENT_MAX).contains(&exponent) {
            return Err(wrong);
        }
        let scale = (0..exponent.abs()).fold(1.0, |scale, _| scale * 10.0);
        let size = if exponent < 0 { whole as f64 / scale } else { whole as f64 * scale };
        Ok(Json::Number(if negative { -size } else { size }))
    }

    /// Steps over digits, adds them to what stands before, and says how many there were.
    fn digits(&mut self, digits: &mut u32, whole: &mut u64) -> u32 {
        let mut stepped = 0;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            // More digits than are taken are counted and told.
            *whole = whole.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.at += 1;
            stepped += 1;
            *digits += 1;
        }
        stepped
    }

    fn next_is(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn text(&mut self) -> Result<String, NotJson> {
        if !self.takes(b'"') {
            return Err(self.wrong("a text in quotes"));
        }
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.wrong("the end of a text")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        self.at += 1;
        let escaped = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hexadecimal()?;
                let pair = (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u");
                let code = if pair {
                    self.at += 2;
                    let second = self.hexadecimal()?.wrapping_sub(0xdc00);
                    // A second half that is none makes no character.
                    if second < 0x400 { 0x1_0000 + ((first - 0xd800) << 10) + second } else { u32::MAX }
                } else {
                    first
                };
                return char::from_u32(code).ok_or_else(|| self.wrong("a whole character"));
            }
            _ => return Err(self.wrong("an escape that there is")),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn hexadecimal(&mut self) -> Result<u32, NotJson> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number = number.ok_or_else(|| self.wrong("four hexadecimal digits"))?;
        self.at += 4;
        Ok(number)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over space and this byte, if it is there.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        self.next_is(byte)
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn wrong(&self, wanted: &'static str) -> NotJson {
        NotJson(self.at, wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, NotJson};

    #[track_caller]
    fn check(text: &str, want: Json) {
        assert_eq!(Json::parse(text), Ok(want), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, at: usize, wanted: &str) {
        match Json::parse(text) {
            Err(NotJson(found, what)) => assert_eq!((found, what), (at, wanted), "{text}"),
            Ok(value) => panic!("{text}: {value:?}"),
        }
    }

    fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    #[test]
    fn values_of_every_kind() {
        check(" null ", Json::Null);
        check("true", Json::Bool(true));
        check("-0.25e1", Json::Number(-2.5));
        for (text, want) in [("0.1", 0.1), ("-0", 0.0), ("1E+3", 1e3), ("0.00000000000001", 1e-14), ("1e22", 1e22)] {
            check(text, Json::Number(want));
        }
        for (text, want) in [("123.456789012345", 123.456_789_012_345), ("999999999999999", 999_999_999_999_999.0)] {
            check(text, Json::Number(want));
        }
        check("[]", Json::List(vec![]));
        check("[1 , \"a\"]", Json::List(vec![Json::Number(1.0), text("a")]));
        check("{ \"a\" : {} }", Json::Object(vec![("a".to_owned(), Json::Object(vec![]))]));
    }
    #[test]
    fn escapes() {
        check(r#""a\"\\\/\b\f\n\r\té""#, text("a\"\\/\u{8}\u{c}\n\r\té"));
        check(r#""\u20ac\ud83d\ude00""#, text("€😀"));
        refuse(r#""\ud83d""#, 7, "a whole character");
        refuse(r#""\ud83d\u0041""#, 13, "a whole character");
        refuse(r#""\u12""#, 3, "four hexadecimal digits");
        refuse(r#""\x""#, 2, "an escape that there is");
    }
    #[test]
    fn numbers_are_json() {
        for wrong in ["01", "1.", "-", "1e", "1e999", "1e23", "1.e2", "--1", "1e-", "1234567890123456", "1e0000"] {
            refuse(wrong, 0, "a number of at most 15 digits");
        }
        refuse("+1", 0, "a value");
        refuse(".5", 0, "a value");
    }
    #[test]
    fn what_is_cut_off_or_goes_on() {
        refuse("", 0, "a value");
        refuse("{\"a\" 1}", 5, "`:`");
        refuse("{\"a\": 1", 7, "`,` or `}`");
        refuse("{\"a\": 1,}", 8, "a text in quotes");
        refuse("[1", 2, "`,` or `]`");
        refuse("\"a", 2, "the end of a text");
        refuse("1 2", 2, "one document and nothing behind it");
    }
    #[test]
    fn nobody_digs_through_the_stack() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(&deep(65)).is_ok());
        refuse(&deep(100_000), 65, "no more than 64 levels");
    }
}
