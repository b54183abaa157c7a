//! Templates of projects: texts with blanks to fill (`{{name}}`), and lines for some projects only (`%if filter` to `%end`).

use super::language::Language;

/// What a project is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blanks<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Whether it takes clusters out.
    pub filter: bool,
    /// Whether it ranks clusters.
    pub score: bool,
    /// The language it is written in.
    pub lang: Language,
}

impl Blanks<'_> {
    /// What the plugin does, in words.
    pub fn what(&self) -> &'static str {
        match (self.filter, self.score) {
            (true, true) => "filters and scores",
            (true, false) => "filters",
            (false, _) => "scores",
        }
    }

    /// The world of the interface that it is built for.
    fn world(&self) -> &'static str {
        match (self.filter, self.score) {
            (true, true) => "plugin",
            (true, false) => "filter-plugin",
            (false, _) => "score-plugin",
        }
    }

    /// Whether lines with this mark are for it.
    fn is(&self, mark: &str) -> bool {
        match mark {
            "filter" => self.filter,
            "score" => self.score,
            "both" => self.filter && self.score,
            "filter-only" => self.filter && !self.score,
            "score-only" => self.score && !self.filter,
            "interpreted" => matches!(self.lang, Language::Js | Language::Python),
            "go" => self.lang == Language::Go,
            _ => false,
        }
    }

    /// What belongs into each blank.
    fn blanks(&self) -> [(&'static str, String); 10] {
        [
            ("{{name}}", self.name.to_owned()),
            ("{{crate}}", self.name.replace('-', "_")),
            ("{{world}}", self.world().to_owned()),
            ("{{prefix}}", self.world().replace('-', "_")),
            ("{{does}}", self.exports().to_owned()),
            ("{{what}}", self.what().to_owned()),
            ("{{language}}", self.lang.called().to_owned()),
            ("{{source}}", self.lang.source().to_owned()),
            ("{{setup}}", self.lang.setup().join("\n")),
            // Until it is built there is nothing to pin.
            ("{{unbuilt}}", "0".repeat(64)),
        ]
    }

    /// The interfaces it exports besides `lifecycle`.
    fn exports(&self) -> &'static str {
        match (self.filter, self.score) {
            (true, true) => "filter, score",
            (true, false) => "filter",
            (false, _) => "score",
        }
    }
}

/// A template as a project has it.
pub(super) fn fill(template: &str, blanks: &Blanks<'_>) -> String {
    let (mut filled, mut kept) = (String::with_capacity(template.len()), true);
    for line in template.split_inclusive('\n') {
        if let Some(mark) = line.strip_prefix("%if ") {
            kept = blanks.is(mark.trim());
        } else if line.trim_end() == "%end" {
            kept = true;
        } else if kept {
            filled.push_str(line);
        }
    }
    blanks.blanks().iter().fold(filled, |text, (blank, with)| text.replace(blank, with))
}

#[cfg(test)]
mod tests {
    use super::{Blanks, Language, fill};

    #[track_caller]
    fn check(filter: bool, score: bool, template: &str, want: &str) {
        let blanks = Blanks { name: "eu-first", filter, score, lang: Language::Rust };
        assert_eq!(fill(template, &blanks), want);
    }

    const LINES: &str = "a\n%if filter\nb\n%end\n%if score-only\nc\n%end\nd\n";

    #[test]
    fn lines_for_some() {
        check(true, true, LINES, "a\nb\nd\n");
        check(true, false, LINES, "a\nb\nd\n");
        check(false, true, LINES, "a\nc\nd\n");
    }
    #[test]
    fn blanks_are_filled() {
        check(false, true, "{{crate}}.wasm of {{name}}: {{does}}", "eu_first.wasm of eu-first: score");
        check(true, false, "{{world}} {{prefix}}", "filter-plugin filter_plugin");
    }
    /// A word in two pairs of braces; Rust has braces side by side, but no lone word in them.
    fn has_blank(line: &str) -> bool {
        let words = line.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
        words.into_iter().any(|(word, _)| word.chars().all(char::is_alphanumeric))
    }

    #[test]
    fn no_template_has_a_blank_left() {
        for lang in [Language::Rust, Language::C, Language::Go, Language::Js, Language::Python] {
            for (filter, score) in [(true, true), (true, false), (false, true)] {
                for (path, template) in lang.files() {
                    let text = fill(template, &Blanks { name: "eu-first", filter, score, lang });
                    assert_eq!(text.lines().find(|line| line.starts_with('%') || has_blank(line)), None, "{path}");
                }
            }
        }
    }
}
