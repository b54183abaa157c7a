//! Tables for people: upper-case heads, three spaces between columns, nothing behind the last.

use super::notice::one_line;
use super::screen::{Colour, Screen};

/// Rows of cells under heads, each row perhaps with lines of its own below it.
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

    /// The head and the rows as lines, indented by so many spaces.
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
        let mut room = screen.width.map(|width| width.saturating_sub(indent));
        for (i, (cell, head)) in row.iter().zip(&self.heads).enumerate() {
            let text = match room {
                Some(room) => clip(&cell.text, room),
                None => cell.text.clone(),
            };
            let pad = widths[i].saturating_sub(text.chars().count());
            if head.right {
                line.push_str(&" ".repeat(pad));
            }
            line.push_str(&screen.paint(cell.colour, &text));
            if !head.right {
                line.push_str(&" ".repeat(pad));
            }
            line.push_str("   ");
            room = room.map(|room| room.saturating_sub(widths[i] + 3));
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// At most so many characters, the last one `…` if any is left out.
fn clip(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(room.saturating_sub(1)).collect();
    if room > 0 {
        out.push('…');
    }
    out
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
    fn a_narrow_screen_clips_the_end() {
        let want = ["  NAME        SCORE   REASON", "  a               7   becau…", "  long-name    -100"];
        assert_eq!(table().lines(&Screen { width: Some(28), ..Screen::PLAIN }, 2), want);
    }
    #[test]
    fn colour_does_not_count_as_width() {
        let mut table = Table::default().text("A").text("B");
        table.row(vec![Cell::from("x").colour(Colour::Good), "y".into()]);
        let lines = table.lines(&Screen { colour: true, ..Screen::PLAIN }, 0);
        assert_eq!(lines[1], "\u{1b}[32mx\u{1b}[0m   y");
    }
}
