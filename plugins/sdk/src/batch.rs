//! The columns of one call, by their place in the plan.

use crate::{Batch, Column, Texts};

impl Batch {
    /// The numbers of an input, one a row.
    ///
    /// # Panics
    /// The plan's input at this place is not of numbers.
    #[must_use]
    pub fn numbers(&self, input: usize) -> &[f64] {
        match self.columns.get(input) {
            Some(Column::Numbers(numbers)) => numbers,
            Some(Column::Texts(_)) => panic!("input {input} of the plan is of texts, not of numbers"),
            None => panic!("the plan has no input {input}"),
        }
    }

    /// The texts of an input, one a row.
    ///
    /// # Panics
    /// The plan's input at this place is not of texts.
    #[must_use]
    pub fn texts(&self, input: usize) -> &Texts {
        match self.columns.get(input) {
            Some(Column::Texts(texts)) => texts,
            Some(Column::Numbers(_)) => panic!("input {input} of the plan is of numbers, not of texts"),
            None => panic!("the plan has no input {input}"),
        }
    }
}

impl Texts {
    /// A column of these texts; "" is absent. For tests, and for what a plugin makes itself.
    #[must_use]
    pub fn of<'t>(rows: impl IntoIterator<Item = &'t str>) -> Texts {
        let mut texts = Texts { values: vec![String::new()], codes: Vec::new() };
        for row in rows {
            let code = texts.values.iter().position(|value| value == row).unwrap_or_else(|| {
                texts.values.push(row.to_owned());
                texts.values.len() - 1
            });
            texts.codes.push(code as u32);
        }
        texts
    }

    /// The text of a row, "" where the cluster has none.
    #[must_use]
    pub fn at(&self, row: usize) -> &str {
        &self.values[self.codes[row] as usize]
    }

    /// For each row what becomes of its text. Each distinct text is looked at once, however many rows have it.
    pub fn map<'t, T: Copy + 't>(&'t self, of: impl FnMut(&str) -> T) -> impl Iterator<Item = T> + 't {
        let mut of = of;
        let table: Vec<T> = self.values.iter().map(|value| of(value)).collect();
        self.codes.iter().map(move |code| table[*code as usize])
    }
}

#[cfg(test)]
mod tests {
    use crate::Texts;

    #[test]
    fn each_distinct_text_is_looked_at_once() {
        let texts = Texts::of(["eu", "us", "", "eu"]);
        assert_eq!(texts.values, ["", "eu", "us"]);
        let mut asked = Vec::new();
        let lengths: Vec<usize> = texts
            .map(|text| {
                asked.push(text.to_owned());
                text.len()
            })
            .collect();
        assert_eq!(lengths, [2, 2, 0, 2]);
        assert_eq!(asked, ["", "eu", "us"]);
        assert_eq!((texts.at(1), texts.at(2)), ("us", ""));
    }
}
