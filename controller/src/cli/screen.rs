//! What standard output can show: width and colour on a terminal, neither anywhere else (OUT-3).

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// What a stream can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    /// Characters a line; absent: any number.
    pub width: Option<usize>,
    /// Colours.
    pub colour: bool,
    /// Somebody is looking at it, so long lists are cut.
    pub terminal: bool,
}

/// Colours by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Good,
    Bad,
    Odd,
    Faint,
}

/// Standard output. Once its reader has seen enough, what is written to it still counts as written: the exit code is
/// then the one that the whole answer has.
pub(super) struct Answers<W>(pub W);

impl<W: Write> Write for Answers<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

impl Screen {
    /// A file or a pipe: the same bytes wherever it runs.
    pub const PLAIN: Screen = Screen { width: None, colour: false, terminal: false };

    /// What standard output is.
    pub fn stdout() -> Screen {
        if !io::stdout().is_terminal() {
            return Screen::PLAIN;
        }
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|width| *width >= 40);
        let plain = env::var_os("NO_COLOR").is_some_and(|no| !no.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Screen { width, colour: !plain && !dumb, terminal: true }
    }

    /// The text in a colour, if there are any.
    pub fn paint(&self, colour: Option<Colour>, text: &str) -> String {
        match colour.filter(|_| self.colour && !text.is_empty()) {
            None => text.to_owned(),
            Some(colour) => {
                let code = match colour {
                    Colour::Good => "32",
                    Colour::Bad => "31",
                    Colour::Odd => "33",
                    Colour::Faint => "2",
                };
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            }
        }
    }
}
