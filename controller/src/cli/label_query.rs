//! Label queries as kubectl's `-l` takes them: `app=web,tier!=test,env in (prod,stage),!legacy`.

use std::collections::BTreeMap;

use api::kinds::Text;
use kube_text::{Operator, check_requirement};

/// What a Placement's labels must be; every part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LabelQuery {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

impl LabelQuery {
    /// Reads a query. O(length).
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<LabelQuery, String> {
        let mut tokens = Tokens { rest: text };
        let mut parts = Vec::new();
        while tokens.peek().is_some() {
            parts.push(part(&mut tokens)?);
            match tokens.next() {
                None => break,
                Some(",") if tokens.peek().is_some() => {}
                Some(",") => return Err("a comma at the end: one more requirement, or none".to_owned()),
                Some(other) => return Err(format!("`{other}` where a comma or the end was expected")),
            }
        }
        Ok(LabelQuery { parts })
    }

    /// Whether labels satisfy all of it; a label that is absent satisfies `!=`, `notin` and `!` (SEL-2).
    pub fn matches(&self, labels: &BTreeMap<Text, Text>) -> bool {
        self.parts.iter().all(|part| {
            let value = labels.get(part.key.as_str());
            let listed = value.is_some_and(|value| part.values.iter().any(|wanted| *wanted == **value));
            match part.operator {
                Operator::In => listed,
                Operator::NotIn => !listed,
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
            }
        })
    }
}

fn part(tokens: &mut Tokens<'_>) -> Result<Part, String> {
    let absent = tokens.peek() == Some("!");
    if absent {
        tokens.next();
    }
    let key = match tokens.next() {
        Some(word) if is_word(word) => word.to_owned(),
        Some(other) => return Err(format!("`{other}` where a label key was expected")),
        None => return Err("nothing follows `!`: a label key was expected".to_owned()),
    };
    let (operator, values) = match tokens.peek() {
        None | Some(",") if absent => (Operator::DoesNotExist, Vec::new()),
        None | Some(",") => (Operator::Exists, Vec::new()),
        Some(other) if absent => return Err(format!("`{other}` after `!{key}`: `!` stands before a key alone")),
        Some("=" | "==") => (Operator::In, vec![value(tokens)?]),
        Some("!=") => (Operator::NotIn, vec![value(tokens)?]),
        Some("in") => (Operator::In, list(tokens)?),
        Some("notin") => (Operator::NotIn, list(tokens)?),
        Some(other) => return Err(format!("`{other}` after `{key}`: must be one of = == != in notin")),
    };
    let name = match operator {
        Operator::In => "In",
        Operator::NotIn => "NotIn",
        Operator::Exists => "Exists",
        Operator::DoesNotExist => "DoesNotExist",
    };
    check_requirement(&key, name, &values)?;
    Ok(Part { key, operator, values })
}

/// The operator, then a value; nothing is the empty value.
fn value(tokens: &mut Tokens<'_>) -> Result<String, String> {
    tokens.next();
    match tokens.peek() {
        None | Some(",") => Ok(String::new()),
        Some(word) if is_word(word) => {
            tokens.next();
            Ok(word.to_owned())
        }
        Some(other) => Err(format!("`{other}` where a value was expected")),
    }
}

/// The operator, then values in parentheses; nothing between two commas is the empty value.
fn list(tokens: &mut Tokens<'_>) -> Result<Vec<String>, String> {
    tokens.next();
    if tokens.next() != Some("(") {
        return Err("`in` and `notin` need values in parentheses: `env in (prod,stage)`".to_owned());
    }
    let mut values = Vec::new();
    loop {
        let mut value = String::new();
        if let Some(word) = tokens.peek().filter(|word| is_word(word)) {
            tokens.next();
            word.clone_into(&mut value);
        }
        values.push(value);
        match tokens.next() {
            Some(",") => {}
            Some(")") => return Ok(values),
            Some(other) => return Err(format!("`{other}` where a comma or `)` was expected")),
            None => return Err("`)` is missing".to_owned()),
        }
    }
}

/// Cuts the text into words and `= == != ! ( ) ,`.
#[derive(Clone)]
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.clone().next()
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        let length = if ["==", "!="].iter().any(|two| self.rest.starts_with(two)) {
            2
        } else if is_special(first) {
            first.len_utf8()
        } else {
            self.rest.find(|c: char| is_special(c) || c.is_whitespace()).unwrap_or(self.rest.len())
        };
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(token)
    }
}

fn is_special(c: char) -> bool {
    "=!(),<>".contains(c)
}

fn is_word(token: &str) -> bool {
    !token.starts_with(is_special)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [(&str, &str); 3] = [("app", "web"), ("env", "prod"), ("empty", "")];

    #[track_caller]
    fn check(query: &str, want: Result<bool, &str>) {
        let labels = LABELS.map(|(k, v)| (k.into(), v.into())).into();
        let got = LabelQuery::parse(query).map(|query| query.matches(&labels));
        assert_eq!(got.as_ref().copied().map_err(String::as_str), want, "{query}");
    }

    #[test]
    fn nothing_asks_for_nothing() {
        check("", Ok(true));
        check("  ", Ok(true));
    }
    #[test]
    fn equality_in_both_spellings() {
        check("app=web", Ok(true));
        check("app == web", Ok(true));
        check("app=api", Ok(false));
    }
    #[test]
    fn parts_are_anded() {
        check("app=web,env=prod", Ok(true));
        check("app=web,env=dev", Ok(false));
    }
    #[test]
    fn an_absent_key_is_unequal() {
        check("tier!=gold", Ok(true));
        check("tier notin (gold)", Ok(true));
        check("tier=gold", Ok(false));
    }
    #[test]
    fn sets() {
        check("env in (dev, prod)", Ok(true));
        check("env in (dev)", Ok(false));
        check("env notin (dev,stage),app", Ok(true));
    }
    #[test]
    fn existence() {
        check("env", Ok(true));
        check("!env", Ok(false));
        check("! tier", Ok(true));
    }
    #[test]
    fn the_empty_value() {
        check("empty=", Ok(true));
        check("empty in ()", Ok(true));
        check("app=", Ok(false));
    }
    #[test]
    fn in_may_be_a_key() {
        check("in in (a)", Ok(false));
        check("!in", Ok(true));
    }
    #[test]
    fn a_comma_at_the_end() {
        check("app=web,", Err("a comma at the end: one more requirement, or none"));
    }
    #[test]
    fn numbers_are_not_compared() {
        check("app>1", Err("`>` after `app`: must be one of = == != in notin"));
    }
    #[test]
    fn an_open_list() {
        check("app in (a", Err("`)` is missing"));
        check("app in a", Err("`in` and `notin` need values in parentheses: `env in (prod,stage)`"));
    }
    #[test]
    fn two_values() {
        check("app=a b", Err("`b` where a comma or the end was expected"));
    }
    #[test]
    fn not_before_a_value() {
        check("!app=a", Err("`=` after `!app`: `!` stands before a key alone"));
    }
    #[test]
    fn syntax_of_keys_and_values_is_checked() {
        assert!(LabelQuery::parse("-a=b").unwrap_err().starts_with("key: Invalid value: \"-a\""));
        assert!(LabelQuery::parse("a=-b").unwrap_err().starts_with("values[0][a]: Invalid value: \"-b\""));
    }
}
