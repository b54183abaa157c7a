//! What a text that cannot be parsed seems to be about, by the look of its lines: only to say so, never to use it.

use super::notice::shown;

/// The object that a YAML document seems to hold: `Placement ns1/p`. O(length).
pub(super) fn object(text: &str) -> Option<String> {
    let (mut kind, mut namespace, mut name) = (None, None, None);
    let mut is_metadata = false;
    let mut indent = None;
    for line in text.split(['\n', '\r']).filter(|line| !line.trim_start().is_empty()) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let depth = key.len() - key.trim_start().len();
        if depth == 0 {
            (is_metadata, indent) = (key == "metadata", None);
            if key == "kind" {
                kind = kind.or(word(value));
            }
        } else if is_metadata && *indent.get_or_insert(depth) == depth {
            match key.trim_start() {
                "name" => name = name.or(word(value)),
                "namespace" => namespace = namespace.or(word(value)),
                _ => {}
            }
        }
    }
    let (kind, name) = (kind.filter(|kind| !kind.ends_with("List"))?, name?);
    Some(namespace.map_or_else(|| format!("{kind} {name}"), |namespace| format!("{kind} {namespace}/{name}")))
}

/// The value of a line, if it is a plain word.
fn word(value: &str) -> Option<&str> {
    const LETTERS_MAX: usize = 253;
    let value = value.trim().trim_matches(['"', '\'']);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    (!value.is_empty() && value.len() <= LETTERS_MAX && value.chars().all(is_plain)).then_some(value)
}

/// A way out, where a template was given instead of what it makes.
pub(super) fn template(text: &str) -> Option<String> {
    let at = text.find("{{")?;
    let line = text[at..].split(['\n', '\r']).next().unwrap_or_default();
    Some(format!("; {} looks like a template: give what it renders to", shown(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<&str>) {
        assert_eq!(object(text).as_deref(), want);
    }

    #[test]
    fn namespaced() {
        check("kind: Placement\nmetadata:\n  name: p\n  namespace: \"ns1\"\nspec: [", Some("Placement ns1/p"));
    }

    #[test]
    fn without_namespace_and_with_carriage_returns() {
        check("metadata:\r  labels:\r    name: x\r  name: c1\rkind: ManagedCluster\r", Some("ManagedCluster c1"));
    }

    #[test]
    fn names_elsewhere_do_not_count() {
        check("kind: Placement\nspec:\n  name: p\n", None);
        check("kind: Placement\nmetadata:\n  name: {{ x }}\n", None);
        check("metadata:\n  name: p\n", None);
    }

    #[test]
    fn a_list_is_many() {
        check("kind: List\nmetadata:\n  name: x\n", None);
    }
}
