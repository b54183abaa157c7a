//! The settings of a plugin: members of a JSON object, asked for by name. What is wrong is noted with its JSON pointer,
//! and members that nobody asks for are told, because most of them are misspelt.

use std::ops::RangeInclusive;

use crate::json::{Json, NotJson};
use crate::{Plugin, SettingsError};

/// One object of the settings.
///
/// A getter returns `None` both where a member is absent and where it is not as it has to be. In the second case the
/// settings are refused in the end, so the default that stands in does not matter.
#[derive(Debug)]
pub struct Settings {
    path: String,
    members: Vec<(String, Json)>,
    asked: Vec<String>,
    mistakes: Vec<SettingsError>,
}

/// Makes a plugin of its settings document, as the host does.
///
/// # Errors
/// Everything that is wrong with the settings.
pub fn read<P: Plugin>(document: &str) -> Result<P, Vec<SettingsError>> {
    let mistake = |message| vec![SettingsError { path: String::new(), message }];
    let members = match Json::parse(document) {
        Ok(Json::Object(members)) => members,
        Ok(other) => return Err(mistake(format!("must be an object, not {}", other.kind()))),
        Err(NotJson(at, wanted)) => return Err(mistake(format!("must be JSON: at byte {at} must be {wanted}"))),
    };
    let mut settings = Settings::of(String::new(), members);
    let plugin = P::new(&mut settings);
    let mistakes = settings.end();
    if mistakes.is_empty() { Ok(plugin) } else { Err(mistakes) }
}

impl Settings {
    /// A text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Json::Text(text) => Some(text),
            other => self.not(key, "a text", &other),
        }
    }

    /// A number within these bounds.
    pub fn number(&mut self, key: &str, bounds: RangeInclusive<f64>) -> Option<f64> {
        let wanted = || format!("a number from {} to {}", written(*bounds.start()), written(*bounds.end()));
        match self.take(key)? {
            Json::Number(number) if bounds.contains(&number) => Some(number),
            Json::Number(number) => {
                self.mistake(key, &format!("must be {}, not {}", wanted(), written(number)));
                None
            }
            other => self.not(key, &wanted(), &other),
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        match self.take(key)? {
            Json::Bool(flag) => Some(flag),
            other => self.not(key, "true or false", &other),
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        match self.take(key)? {
            Json::List(items) => {
                let mut texts = Vec::new();
                for (at, item) in items.into_iter().enumerate() {
                    match item {
                        Json::Text(text) => texts.push(text),
                        other => {
                            let path = format!("{}/{at}", self.pointer(key));
                            self.note(path, format!("must be a text, not {}", other.kind()));
                            return None;
                        }
                    }
                }
                Some(texts)
            }
            other => self.not(key, "a list of texts", &other),
        }
    }

    /// An object of its own, read by a function as this one is.
    pub fn object<T>(&mut self, key: &str, read: impl FnOnce(&mut Settings) -> T) -> Option<T> {
        match self.take(key)? {
            Json::Object(members) => {
                let mut inner = Settings::of(self.pointer(key), members);
                let value = read(&mut inner);
                self.mistakes.extend(inner.end());
                Some(value)
            }
            other => self.not(key, "an object", &other),
        }
    }

    /// The names of the members, where a plugin cannot know them before.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.members.iter().map(|(key, _)| key.clone()).collect()
    }

    /// A member as it is; for what no other getter takes.
    pub fn take(&mut self, key: &str) -> Option<Json> {
        self.asked.push(key.to_owned());
        let at = self.members.iter().position(|(name, _)| name == key)?;
        Some(self.members.swap_remove(at).1)
    }

    /// Notes what is wrong with a member.
    pub fn mistake(&mut self, key: &str, message: &str) {
        self.note(self.pointer(key), message.to_owned());
    }

    fn of(path: String, members: Vec<(String, Json)>) -> Settings {
        Settings { path, members, asked: Vec::new(), mistakes: Vec::new() }
    }

    fn note(&mut self, path: String, message: String) {
        self.mistakes.push(SettingsError { path, message });
    }

    fn not<T>(&mut self, key: &str, wanted: &str, got: &Json) -> Option<T> {
        self.mistake(key, &format!("must be {wanted}, not {}", got.kind()));
        None
    }

    fn pointer(&self, key: &str) -> String {
        format!("{}/{}", self.path, key.replace('~', "~0").replace('/', "~1"))
    }

    /// All that is wrong, once everything was asked for.
    fn end(mut self) -> Vec<SettingsError> {
        let known: Vec<String> = self.asked.iter().map(|key| format!("`{key}`")).collect();
        let known = if known.is_empty() { "there are none".to_owned() } else { format!("only {}", known.join(", ")) };
        for (key, _) in std::mem::take(&mut self.members) {
            self.mistake(&key, &format!("is no setting: {known}"));
        }
        self.mistakes
    }
}

/// A number for a message, to a millionth. What the standard library has for all numbers would be a fifth of a plugin.
fn written(number: f64) -> String {
    let millionths = (number.abs() * 1e6 + 0.5) as u64;
    let (sign, whole) = (if number < 0.0 { "-" } else { "" }, millionths / 1_000_000);
    let rest = format!("{:06}", millionths % 1_000_000);
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, read, written};
    use crate::{Plan, Plugin};

    #[derive(Debug, PartialEq)]
    struct Shop {
        name: String,
        weight: f64,
        open: bool,
        regions: Vec<String>,
        price: Option<f64>,
    }

    impl Plugin for Shop {
        const NAME: &str = "shop";
        const VERSION: &str = "1";

        fn new(settings: &mut Settings) -> Self {
            Shop {
                name: settings.text("name").unwrap_or_default(),
                weight: settings.number("weight", 0.0..=1.0).unwrap_or(0.5),
                open: settings.flag("open").unwrap_or(true),
                regions: settings.texts("regions").unwrap_or_default(),
                price: settings.object("price", |price| price.number("euro", 0.0..=100.0)).flatten(),
            }
        }

        fn plan(&self) -> Plan {
            Plan::by_row([])
        }
    }

    #[test]
    fn what_is_absent_has_its_default() {
        let shop = Shop { name: String::new(), weight: 0.5, open: true, regions: vec![], price: None };
        assert_eq!(read::<Shop>("{}").ok(), Some(shop));
    }
    #[test]
    fn what_is_there_is_taken() {
        let given = r#"{"weight": 1, "name": "a", "open": false, "regions": ["eu", "us"], "price": {"euro": 2.5}}"#;
        let regions = vec!["eu".to_owned(), "us".to_owned()];
        let shop = Shop { name: "a".to_owned(), weight: 1.0, open: false, regions, price: Some(2.5) };
        assert_eq!(read::<Shop>(given).ok(), Some(shop));
    }

    #[track_caller]
    fn check(given: &str, want: &[(&str, &str)]) {
        let mistakes = read::<Shop>(given).expect_err("mistakes");
        let told: Vec<_> = mistakes.iter().map(|m| (m.path.as_str(), m.message.as_str())).collect();
        assert_eq!(told, want);
    }

    #[test]
    fn every_mistake_is_told() {
        check(
            r#"{"name": 1, "weight": 1.5, "open": "no", "regions": ["eu", null], "price": {"euro": -1, "cent": 3}}"#,
            &[
                ("/name", "must be a text, not a number"),
                ("/weight", "must be a number from 0 to 1, not 1.5"),
                ("/open", "must be true or false, not a text"),
                ("/regions/1", "must be a text, not null"),
                ("/price/euro", "must be a number from 0 to 100, not -1"),
                ("/price/cent", "is no setting: only `euro`"),
            ],
        );
    }
    #[test]
    fn what_is_misspelt() {
        check(r#"{"a/b~": 1}"#, &[("/a~1b~0", "is no setting: only `name`, `weight`, `open`, `regions`, `price`")]);
    }
    #[test]
    fn numbers_for_messages() {
        for (number, want) in [(0.0, "0"), (-1.5, "-1.5"), (0.05, "0.05"), (1e6, "1000000"), (0.000_000_4, "0")] {
            assert_eq!(written(number), want);
        }
    }
    #[test]
    fn no_object() {
        check("[]", &[("", "must be an object, not a list")]);
        check("{", &[("", "must be JSON: at byte 1 must be a text in quotes")]);
    }
}
