//! Tables in Markdown.

use std::fmt::Write;

/// Head and rows.
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The names of the columns.
    pub fn new<const N: usize>(head: [&str; N]) -> Table {
        Table { head: head.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    /// One more row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// The table, or nothing where it has no rows.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        if self.rows.is_empty() {
            return text;
        }
        let rule = vec!["---".to_owned(); self.head.len()];
        for row in [&self.head, &rule].into_iter().chain(&self.rows) {
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn head_rule_rows() {
        let mut table = Table::new(["what", "time"]);
        table.row(["a".into(), "1 us".into()]);
        assert_eq!(table.markdown(), "| what | time |\n| --- | --- |\n| a | 1 us |\n\n");
    }
    #[test]
    fn no_rows_no_table() {
        assert_eq!(Table::new(["what"]).markdown(), "");
    }
}
