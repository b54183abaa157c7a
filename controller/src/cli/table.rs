//! Tables for people: upper-case heads, three spaces between columns, nothing behind the last.

use super::notice::one_line;
use super::screen::{Colour, Screen};

/// Between two columns.
const GAP: &str = "   ";
/// What fits into less than this many characters is not worth wrapping: the terminal does it then.
const ROOM_MIN: usize = 20;

/// Rows of cells under heads.
#[derive(Debug, Default)]
pub(super) struct Table {
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
struct Head {
    text: String,
    right: bool,
}

/// One cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    colour: Option<Colour>,
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell { text: one_line(&text.into()), colour: None }
    }
}

impl Cell {
    /// The same in a colour, where the screen has any.
    pub fn colour(self, colour: Colour) -> Cell {
        Cell { colour: Some(colour), ..self }
    }
}

impl Table {
    /// A column of text, aligned left.
    pub fn text(mut self, head: impl Into<String>) -> Self {
        self.heads.push(Head { text: head.into(), right: false });
        self
    }

    /// A column of numbers, aligned right.
    pub fn number(mut self, head: impl Into<String>) -> Self {
        self.heads.push(Head { text: head.into(), right: true });
        self
    }

    /// One more row; it has as many cells as there are columns, or fewer.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The head and the rows, indented by so many spaces; on a narrow screen the last column takes several lines.
    pub fn lines(&self, screen: &Screen, indent: usize) -> Vec<String> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count());
            cells.chain([self.heads[column].text.chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let heads: Vec<Cell> =
            self.heads.iter().map(|head| Cell::from(head.text.as_str()).colour(Colour::Faint)).collect();
        let rows = std::iter::once(&heads).chain(&self.rows);
        rows.map(|row| self.line(row, &widths, screen, indent)).collect()
    }

    fn line(&self, row: &[Cell], widths: &[usize], screen: &Screen, indent: usize) -> String {
        let mut line = " ".repeat(indent);
        let mut column = indent;
        for (i, (cell, head)) in row.iter().zip(&self.heads).enumerate() {
            let pad = widths[i].saturating_sub(cell.text.chars().count());
            if head.right {
                line.push_str(&" ".repeat(pad));
            }
            let room = screen.width.map(|width| width.saturating_sub(column)).filter(|room| *room >= ROOM_MIN);
            let lines = match room {
                Some(room) if i + 1 == self.heads.len() => wrap(&cell.text, room),
                _ => vec![cell.text.as_str()],
            };
            let painted: Vec<String> = lines.into_iter().map(|text| screen.paint(cell.colour, text)).collect();
            line.push_str(&painted.join(&format!("\n{}", " ".repeat(column))));
            if !head.right {
                line.push_str(&" ".repeat(pad));
            }
            line.push_str(GAP);
            column += widths[i] + GAP.len();
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// Cuts a text into lines of at most so many characters, at spaces where there are any.
fn wrap(text: &str, room: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(room) {
        let at = rest[..=end].rfind(' ').filter(|at| *at > 0).unwrap_or(end);
        lines.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    lines.push(rest);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::default().text("NAME").number("SCORE").text("REASON");
        table.row(vec!["a".into(), "7".into(), "because".into()]);
        table.row(vec!["long-name".into(), "-100".into()]);
        table
    }

    #[test]
    fn columns_stand_three_apart_and_numbers_right() {
        let want = ["NAME        SCORE   REASON", "a               7   because", "long-name    -100"];
        assert_eq!(table().lines(&Screen::PLAIN, 0), want);
    }
    #[test]
    fn a_narrow_screen_wraps_the_last_column() {
        let mut table = table();
        table.row(vec!["b".into(), "1".into(), "one two three four five six".into()]);
        let lines = table.lines(&Screen { width: Some(44), ..Screen::PLAIN }, 2);
        assert_eq!(lines[3], "  b               1   one two three four\n                      five six");
    }
    #[test]
    fn words_longer_than_a_line_are_cut() {
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("äöü äöü", 3), ["äöü", "äöü"]);
        assert_eq!(wrap("", 3), [""]);
    }
    #[test]
    fn colour_does_not_count_as_width() {
        let mut table = Table::default().text("A").text("B");
        table.row(vec![Cell::from("x").colour(Colour::Good), "y".into()]);
        let lines = table.lines(&Screen { colour: true, ..Screen::PLAIN }, 0);
        assert_eq!(lines[1], "\u{1b}[32mx\u{1b}[0m   y");
    }
}
