//! What was noticed: `error:`, `warning:` and `note:` lines on standard error (OUT-2).

use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) use api::read::{Notice, Place, Severity};

use super::number::thousands;

/// How many equal warnings or notes are shown before they are counted (OUT-2).
const SHOWN: usize = 3;

/// All that was noticed in one run.
#[derive(Debug)]
pub(super) struct Notices {
    all: Vec<Notice>,
    strict: bool,
    quiet: bool,
}

impl Notices {
    /// None yet. `strict`: warnings are errors; `quiet`: only errors are shown.
    pub fn new(strict: bool, quiet: bool) -> Notices {
        Notices { all: Vec::new(), strict, quiet }
    }

    /// Keeps a notice.
    pub fn add(&mut self, notice: Notice) {
        let severity = match notice.severity {
            Severity::Warning if self.strict => Severity::Error,
            other => other,
        };
        self.all.push(Notice { severity, ..notice });
    }

    /// Keeps a notice without a place.
    pub fn say(&mut self, severity: Severity, text: impl Into<String>) {
        self.add(Notice { severity, place: None, object: None, path: None, text: text.into() });
    }

    /// Whether anything is an error.
    pub fn any_error(&self) -> bool {
        self.all.iter().any(|notice| notice.severity == Severity::Error)
    }

    /// Writes what is kept, ordered by place, and forgets it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut all = std::mem::take(&mut self.all);
        all.retain(|notice| !self.quiet || notice.severity == Severity::Error);
        all.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        all.dedup();
        let mut seen: BTreeMap<(Severity, String), usize> = BTreeMap::new();
        for notice in &all {
            let seen = seen.entry((notice.severity, what(notice))).or_default();
            *seen += 1;
            if *seen <= SHOWN || notice.severity == Severity::Error {
                writeln!(out, "{}: {}", notice.severity, one_line(&notice.to_string()))?;
            }
        }
        for ((severity, what), count) in seen {
            if count > SHOWN && severity != Severity::Error {
                writeln!(out, "{severity}: {} more of these: {}", thousands(count - SHOWN), one_line(&what))?;
            }
        }
        Ok(())
    }
}

fn sort_key(notice: &Notice) -> (Option<&Place>, Severity, Option<&String>, Option<&String>, &str) {
    (notice.place.as_ref(), notice.severity, notice.object.as_ref(), notice.path.as_ref(), &notice.text)
}

/// What two notices have in common that are equal but for their place: the field, whatever its position in a list, and
/// the text.
fn what(notice: &Notice) -> String {
    let mut what = String::new();
    for (i, part) in notice.path.iter().flat_map(|path| path.split('[')).enumerate() {
        match part.split_once(']') {
            Some((position, rest)) if i > 0 && position.bytes().all(|byte| byte.is_ascii_digit()) => {
                what.push_str("[]");
                what.push_str(rest);
            }
            _ if i > 0 => what.extend(["[", part]),
            _ => what.push_str(part),
        }
    }
    if !what.is_empty() {
        what.push_str(": ");
    }
    what + &notice.text
}

/// Whether a character could break or colour a line, or make it read otherwise than it is: control characters, those
/// that turn the direction of writing, and those without a width.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with line breaks and whatever else cannot be seen written out.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(severity: Severity, file: &str, line: u32, text: &str) -> Notice {
        let place = Some(Place { file: file.into(), line });
        let object = Some("Placement a/b".to_owned());
        Notice { severity, place, object, path: None, text: text.to_owned() }
    }

    #[track_caller]
    fn check(strict: bool, quiet: bool, given: &[Notice], want: &str) {
        let mut notices = Notices::new(strict, quiet);
        given.iter().cloned().for_each(|notice| notices.add(notice));
        let mut out = Vec::new();
        notices.write(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn by_place_then_severity() {
        let given = [
            notice(Severity::Note, "b", 1, "x"),
            notice(Severity::Warning, "a", 10, "y"),
            notice(Severity::Note, "a", 9, "z"),
            notice(Severity::Error, "a", 10, "e"),
        ];
        let want = "note: a:9: Placement a/b: z\nerror: a:10: Placement a/b: e\nwarning: a:10: Placement a/b: y\n\
                    note: b:1: Placement a/b: x\n";
        check(false, false, &given, want);
    }
    #[test]
    fn equal_warnings_are_counted_after_the_third() {
        let given: Vec<Notice> = (1..=1005).map(|line| notice(Severity::Warning, "a", line, "x")).collect();
        let want = "warning: a:1: Placement a/b: x\nwarning: a:2: Placement a/b: x\nwarning: a:3: Placement a/b: x\n\
                    warning: 1,002 more of these: x\n";
        check(false, false, &given, want);
    }
    #[test]
    fn positions_in_lists_make_no_difference() {
        let given =
            (1..=5).map(|i| Notice { path: Some(format!("a[{i}].b[k/x]")), ..notice(Severity::Note, "f", 0, "x") });
        let want = "note: f: Placement a/b: a[1].b[k/x]: x\nnote: f: Placement a/b: a[2].b[k/x]: x\n\
                    note: f: Placement a/b: a[3].b[k/x]: x\nnote: 2 more of these: a[].b[k/x]: x\n";
        check(false, false, &given.collect::<Vec<_>>(), want);
    }
    #[test]
    fn errors_are_all_shown() {
        let given: Vec<Notice> = (1..=5).map(|line| notice(Severity::Error, "a", line, "x")).collect();
        let want: String = (1..=5).map(|line| format!("error: a:{line}: Placement a/b: x\n")).collect();
        check(false, true, &given, &want);
    }
    #[test]
    fn quiet_keeps_errors_only() {
        let given = [notice(Severity::Warning, "a", 1, "x"), notice(Severity::Note, "a", 1, "x")];
        check(false, true, &given, "");
    }
    #[test]
    fn strict_makes_errors_of_warnings_not_of_notes() {
        let given = [notice(Severity::Warning, "a", 1, "x"), notice(Severity::Note, "a", 2, "x")];
        check(true, false, &given, "error: a:1: Placement a/b: x\nnote: a:2: Placement a/b: x\n");
    }
    #[test]
    fn input_cannot_break_a_line() {
        check(
            false,
            false,
            &[notice(Severity::Note, "a\n", 0, "\u{1b}[31m\u{202e}")],
            "note: a\\n: Placement a/b: \\u{1b}[31m\\u{202e}\n",
        );
    }
}
