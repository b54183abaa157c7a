//! What a reader has to say about its input: where, about which object and field, in one line.

use std::{fmt, sync::Arc};

/// A line of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The input's name, as the user gave it.
    pub file: Arc<str>,
    /// Counts from 1; 0 is the input as a whole.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Escaped(&self.file))?;
        match self.line {
            0 => Ok(()),
            line => write!(f, ":{line}"),
        }
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something was not read; the exit code says so.
    Error,
    /// It was read, but perhaps not as it was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// One thing that was noticed. `Display` is one line without the severity:
/// `FILE:LINE: Placement ns1/p: spec.numberOfClusters: TEXT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// Where; absent: about all inputs together.
    pub place: Option<Place>,
    /// Which object, e.g. `Placement ns1/p`.
    pub object: Option<String>,
    /// Which field, e.g. `spec.numberOfClusters`.
    pub path: Option<String>,
    /// What, and what to do about it. Has no line breaks and no control characters.
    pub text: String,
}

impl Notice {
    /// An error about a line of an input; 0: about the input.
    pub(crate) fn error(file: &Arc<str>, line: u32, text: String) -> Notice {
        let place = Some(Place { file: Arc::clone(file), line });
        Notice { severity: Severity::Error, place, object: None, path: None, text }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if let Some(object) = &self.object {
            write!(f, "{object}: ")?;
        }
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.text)
    }
}

/// The most characters of a user's text that a notice repeats.
const SHOWN_MAX: usize = 60;

/// A user's text inside a notice: in backticks, cut after 60 characters, what cannot be seen escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4 * SHOWN_MAX) + 2);
    out.push('`');
    for (at, c) in text.chars().enumerate() {
        if at == SHOWN_MAX {
            out.push('…');
            break;
        }
        push_escaped(&mut out, c);
    }
    out.push('`');
    out
}

/// A user's text in full, what cannot be seen escaped.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::with_capacity(self.0.len());
        self.0.chars().for_each(|c| push_escaped(&mut out, c));
        f.write_str(&out)
    }
}

fn push_escaped(out: &mut String, c: char) {
    if is_invisible(c) {
        out.extend(c.escape_default());
    } else {
        out.push(c);
    }
}

/// Control characters, and those that take no room or turn the text around: a terminal must not obey them, a reader
/// must see them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(shown(text), want);
    }

    #[test]
    fn short_texts_stay() {
        check("größe", "`größe`");
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        check(&"ä".repeat(61), &format!("`{}…`", "ä".repeat(60)));
        check(&"ä".repeat(60), &format!("`{}`", "ä".repeat(60)));
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        check("a\u{1b}[2J\n\u{200b}\u{202e}", "`a\\u{1b}[2J\\n\\u{200b}\\u{202e}`");
    }
}
