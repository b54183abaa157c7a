//! Values of documents and the way to each: whatever is said of one names the field, what was given, what is allowed.

use std::fmt::Display;

use serde_json::{Map, Value};

use crate::near::{did_you_mean, near};

/// The most characters of what was given that a message repeats.
const SHOWN_MAX: usize = 60;

/// One value of a document.
#[derive(Clone, Debug)]
pub(crate) struct Field<'v> {
    pub value: &'v Value,
    /// The way to it, `spec.fuel.base`; empty: it is the document.
    path: String,
}

impl<'v> Field<'v> {
    /// A document.
    pub fn document(value: &'v Value) -> Self {
        Field { value, path: String::new() }
    }

    /// What is wrong with it.
    pub fn wrong(&self, what: impl Display) -> String {
        format!("{}: {what}", if self.path.is_empty() { "the document" } else { &self.path })
    }

    /// What it must be and is not.
    pub fn must(&self, be: impl Display) -> String {
        self.wrong(format_args!("must be {be}, got `{}`", shown(self.value)))
    }

    /// A field of it that has to be there and is not.
    pub fn lacks(&self, name: &str) -> String {
        format!("{}: is required", self.way(name))
    }

    /// All of its fields, whatever they are called, in order.
    ///
    /// # Errors
    /// It is no map.
    pub fn entries(&self) -> Result<impl Iterator<Item = (&'v str, Field<'v>)>, String> {
        let map = self.map()?;
        Ok(map.iter().map(|(name, value)| (name.as_str(), Field { value, path: self.way(name) })))
    }

    /// Its fields, of which there are no others than these.
    ///
    /// # Errors
    /// It is no map, or has another.
    pub fn fields(&self, allowed: &[&str]) -> Result<Fields<'v>, String> {
        let map = self.map()?;
        if let Some(unknown) = map.keys().find(|key| !allowed.contains(&key.as_str())) {
            let near = did_you_mean(&near(unknown, allowed.iter().copied()));
            let way = self.way(unknown);
            return Err(format!("{way}: there is no such field, only {}{near}", allowed.join(", ")));
        }
        Ok(Fields { of: self.clone(), map })
    }

    /// What is in a list, in order.
    ///
    /// # Errors
    /// It is no list.
    pub fn items(&self) -> Result<impl Iterator<Item = Field<'v>>, String> {
        let items = self.value.as_array().ok_or_else(|| self.must("a list"))?;
        Ok(items.iter().enumerate().map(|(at, value)| Field { value, path: format!("{}[{at}]", self.path) }))
    }

    /// Its text, which is not empty.
    ///
    /// # Errors
    /// It is none.
    pub fn text(&self) -> Result<&'v str, String> {
        self.value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| self.must("a text"))
    }

    /// What it chooses.
    ///
    /// # Errors
    /// None of these.
    pub fn choice<T: Copy>(&self, of: &[(&str, T)]) -> Result<T, String> {
        let chosen = of.iter().find(|(name, _)| self.value.as_str() == Some(name));
        let names = || of.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        chosen.map(|(_, chosen)| *chosen).ok_or_else(|| self.must(names()))
    }

    fn map(&self) -> Result<&'v Map<String, Value>, String> {
        self.value.as_object().ok_or_else(|| self.must("a map"))
    }

    fn way(&self, name: &str) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{name}", self.path)
    }
}

/// The fields of a map, all of whose names are known.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'v> {
    pub of: Field<'v>,
    map: &'v Map<String, Value>,
}

impl<'v> Fields<'v> {
    /// One of them; absent and null are the same.
    pub fn get(&self, name: &str) -> Option<Field<'v>> {
        let value = self.map.get(name).filter(|value| !value.is_null())?;
        Some(Field { value, path: self.of.way(name) })
    }

    /// One that has to be there.
    ///
    /// # Errors
    /// It is not.
    pub fn need(&self, name: &str) -> Result<Field<'v>, String> {
        self.get(name).ok_or_else(|| self.of.lacks(name))
    }
}

/// What the YAML reader says to its user, without what it says to its caller.
pub(crate) fn said(problem: &str) -> String {
    let line = problem.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    [", set ", "; use "].iter().fold(line, |line, advice| line.split(advice).next().unwrap_or(line)).to_owned()
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(SHOWN_MAX) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_way_is_told_with_what_was_given() {
        let value = json!({"a": {"b": [1, {"c": "x"}]}});
        let document = Field::document(&value);
        let b = document.fields(&["a"]).unwrap().need("a").unwrap().fields(&["b"]).unwrap().need("b").unwrap();
        let item = b.items().unwrap().nth(1).unwrap();
        assert_eq!(item.must("a number"), "a.b[1]: must be a number, got `{\"c\":\"x\"}`");
        assert_eq!(item.fields(&["c"]).unwrap().need("d").unwrap_err(), "a.b[1].d: is required");
    }
    #[test]
    fn what_is_long_is_cut() {
        let value = json!("ä".repeat(61));
        let text = Field::document(&value).must("short");
        assert_eq!(text, format!("the document: must be short, got `{}…`", "ä".repeat(60)));
    }
    #[test]
    fn an_empty_text_is_none() {
        let value = json!({"a": ""});
        let field = Field::document(&value).fields(&["a"]).unwrap().need("a").unwrap();
        assert_eq!(field.text().unwrap_err(), "a: must be a text, got ``");
    }
}
