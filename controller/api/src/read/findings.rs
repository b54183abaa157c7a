//! What was found wrong or odd in one object, and where in it.

use std::{fmt, sync::Arc};

use super::notice::{Escaped, Notice, Place, Severity};

/// After so many notices about one object the others are counted only.
const NOTICES_MAX: usize = 20;

/// The way from an object to one of its values; `Display` is as users write it: `spec.predicates[0].labels[a.b/c]`.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(parent, name) => {
                let plain =
                    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
                match (plain, parent) {
                    (true, Path::Root) => f.write_str(name),
                    (true, _) => write!(f, "{parent}.{name}"),
                    (false, _) => write!(f, "{parent}[{}]", Shortened(name)),
                }
            }
            Path::Item(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// A key that may be of any length.
struct Shortened<'a>(&'a str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const KEY_MAX: usize = 100;
        match self.0.char_indices().nth(KEY_MAX) {
            None => Escaped(self.0).fmt(f),
            Some((end, _)) => write!(f, "{}…", Escaped(&self.0[..end])),
        }
    }
}

/// The notices about one object.
pub(crate) struct Findings<'a> {
    file: &'a Arc<str>,
    /// Says which object it is, where that is asked for.
    object: &'a dyn Fn() -> String,
    notices: Vec<Notice>,
    refused: bool,
    left_out: usize,
}

impl<'a> Findings<'a> {
    /// About the object that `object` names.
    pub(crate) fn new(file: &'a Arc<str>, object: &'a dyn Fn() -> String) -> Findings<'a> {
        Findings { file, object, notices: Vec::new(), refused: false, left_out: 0 }
    }

    /// As yet empty, and about the same object.
    pub(crate) fn about_the_same(&self) -> Findings<'a> {
        Findings::new(self.file, self.object)
    }

    /// Something is wrong and the object is not used.
    pub(crate) fn refuse(&mut self, line: u32, path: Path<'_>, text: impl Into<String>) {
        self.refused = true;
        self.add(Severity::Error, line, path, text.into());
    }

    /// Something is wrong and left out; the object is used without it.
    pub(crate) fn fault(&mut self, line: u32, path: Path<'_>, text: impl Into<String>) {
        self.add(Severity::Error, line, path, text.into());
    }

    pub(crate) fn warn(&mut self, line: u32, path: Path<'_>, text: impl Into<String>) {
        self.add(Severity::Warning, line, path, text.into());
    }

    pub(crate) fn note(&mut self, line: u32, path: Path<'_>, text: impl Into<String>) {
        self.add(Severity::Note, line, path, text.into());
    }

    fn add(&mut self, severity: Severity, line: u32, path: Path<'_>, text: String) {
        // An error is never left out for warnings' sake: one of them has to say why the object is refused.
        if self.notices.len() >= NOTICES_MAX
            && !(severity == Severity::Error && self.notices.iter().all(|n| n.severity != Severity::Error))
        {
            self.left_out += 1;
            return;
        }
        let path = match path {
            Path::Root => None,
            path => Some(path.to_string()),
        };
        let place = Some(Place { file: Arc::clone(self.file), line });
        self.notices.push(Notice { severity, place, object: Some((self.object)()), path, text });
    }

    /// Whether nothing was found.
    pub(crate) fn is_silent(&self) -> bool {
        self.notices.is_empty()
    }

    /// Whether the object is used.
    pub(crate) fn is_accepted(&self) -> bool {
        !self.refused
    }

    /// All that was found, by line.
    pub(crate) fn into_notices(mut self) -> Vec<Notice> {
        self.notices.sort_by_key(|notice| notice.place.as_ref().map(|place| place.line));
        if self.left_out > 0 {
            let severity = if self.refused { Severity::Error } else { Severity::Warning };
            let left_out = std::mem::take(&mut self.left_out);
            let place = self.notices.last().and_then(|notice| notice.place.clone());
            let text = format!("{left_out} more such findings are not shown");
            self.notices.push(Notice { severity, place, object: Some((self.object)()), path: None, text });
        }
        self.notices
    }
}
