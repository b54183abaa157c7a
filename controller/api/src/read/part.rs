//! One part of an input, read from bytes to converted objects.

use std::{hash::BuildHasher as _, str, sync::Arc};

use foldhash::quality::FixedState;
use rayon::prelude::*;

use super::{
    DOCUMENT_MAX, Notice, Object, ObjectKey, Place, broken,
    document::{self, Found},
    json::{self, SyntaxError},
    node::Node,
    notice::shown,
    pieces, quick,
    split::{self, Part},
    yaml::{self, Document, YamlError},
};

/// Lists of more bytes are read piece by piece, where their items are of some size.
const LIST_MIN: usize = 1 << 20;
const LIST_ITEM_MIN: usize = 256;

/// What a document yields, ready to be gathered.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    /// An object, converted.
    Object {
        key: ObjectKey,
        fingerprint: u64,
        place: Place,
        value: T,
        notices: Vec<Notice>,
    },
    Refused(Vec<Notice>),
    Foreign(String, Place),
}

/// A document's outcomes, or a document that must wait: what all aliases together expand to is counted in order, so
/// that the answer is the same on any number of threads.
#[derive(Debug)]
pub(crate) enum Read<'a, T> {
    Done(Vec<Outcome<T>>),
    Aliased(Document<'a>),
}

/// What gzip and aliases may still expand to, in bytes.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new(bytes: u64) -> Budget {
        Budget(bytes)
    }

    pub(crate) fn left(&self) -> u64 {
        self.0
    }

    pub(crate) fn spend(&mut self, bytes: u64) {
        self.0 = self.0.saturating_sub(bytes);
    }
}

/// Reads the parts of one input.
pub(crate) struct PartReader<'r, F> {
    pub(crate) file: &'r Arc<str>,
    pub(crate) convert: &'r F,
}

impl<F, T> PartReader<'_, F>
where
    F: Fn(Object) -> T + Sync,
    T: Send,
{
    /// Reads the documents of a part. O(length).
    pub(crate) fn read<'a>(&self, data: &'a [u8], part: &Part) -> Vec<Read<'a, T>> {
        if !part.json {
            return self.one(data, part);
        }
        // Nearly always all is well; only where it is not, each value is looked at by itself.
        if let Some(text) = str::from_utf8(&data[part.bytes.clone()]).ok().filter(|text| is_bearable(text.as_bytes()))
            && let (reads, None) = self.json(text, part.line)
        {
            return reads;
        }
        split::values(data, part).iter().flat_map(|value| self.one(data, value)).collect()
    }

    fn one<'a>(&self, data: &'a [u8], part: &Part) -> Vec<Read<'a, T>> {
        let bytes = &data[part.bytes.clone()];
        if !is_bearable(bytes) {
            return vec![self.refusal(part.line, format!("a document of more than {} MiB", DOCUMENT_MAX >> 20))];
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let text = format!("is not UTF-8: the byte 0x{:02x}", bytes[at]);
                return vec![self.refusal(line_of(bytes, at, part.line), text)];
            }
        };
        if !part.json {
            let (mut reads, error) = self.yaml(text, part.line);
            reads.extend(error.map(|error| self.yaml_refusal(&error, text)));
            return reads;
        }
        match self.json(text, part.line) {
            (reads, None) => reads,
            (reads, Some(error)) => self.json_or_yaml(text, part.line, reads, &error),
        }
    }

    /// What begins as JSON does may be YAML in flow style. If it is neither, the error is of the one it looks more
    /// like.
    fn json_or_yaml<'a>(
        &self,
        text: &'a str,
        line: u32,
        mut reads: Vec<Read<'a, T>>,
        error: &SyntaxError,
    ) -> Vec<Read<'a, T>> {
        let name = self.file.to_ascii_lowercase();
        let is_named_json = [".json", ".jsonl", ".json.gz", ".jsonl.gz"].iter().any(|end| name.ends_with(end));
        if !is_named_json {
            let (mut as_yaml, yaml_error) = self.yaml(text, line);
            match yaml_error {
                None => return as_yaml,
                Some(yaml_error) if !looks_like_json(text) => {
                    as_yaml.push(self.yaml_refusal(&yaml_error, text));
                    return as_yaml;
                }
                Some(_) => {}
            }
        }
        let what = format!("cannot be read as JSON: {} at column {}", error.what, error.column);
        reads.push(self.refusal(error.line, what));
        reads
    }

    fn json<'a>(&self, text: &'a str, line: u32) -> (Vec<Read<'a, T>>, Option<SyntaxError>) {
        if let Some(outcomes) = self.long_list(text, line, LIST_MIN, Notation::Json) {
            return (vec![Read::Done(outcomes)], None);
        }
        let (mut outcomes, mut values) = (Vec::new(), json::Values::new(text, line, 0));
        loop {
            if let Some(object) = quick::object(&mut values, self.file, None) {
                outcomes.push(self.outcome(object, Vec::new()));
                continue;
            }
            match values.next() {
                Some(Ok(node)) => outcomes.extend(self.convert_all(&node)),
                Some(Err(error)) => return (vec![Read::Done(outcomes)], Some(error)),
                None => return (vec![Read::Done(outcomes)], None),
            }
        }
    }

    fn yaml<'a>(&self, text: &'a str, line: u32) -> (Vec<Read<'a, T>>, Option<YamlError>) {
        if let Some(at) = text.bytes().position(|b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')) {
            let what = format!("the control character {}", shown(&text[at..=at]));
            return (Vec::new(), Some(YamlError { line: line_of(text.as_bytes(), at, line), what }));
        }
        if let Some(outcomes) = self.long_list(text, line, LIST_MIN, Notation::Yaml) {
            return (vec![Read::Done(outcomes)], None);
        }
        let (documents, error) = yaml::parse(text, line, 0);
        let reads = documents.into_iter().map(|document| match document.expansion {
            0 => Read::Done(self.convert_all(&document.root)),
            _ => Read::Aliased(document),
        });
        (reads.collect(), error)
    }

    /// Reads a long list item by item, if that is what the text is and nothing is wrong with it but the objects
    /// themselves.
    fn long_list(&self, text: &str, line: u32, min: usize, notation: Notation) -> Option<Vec<Outcome<T>>> {
        if text.len() < min {
            return None;
        }
        let pieces = match notation {
            Notation::Json => pieces::json(text, line)?,
            Notation::Yaml => pieces::yaml(text, line)?,
        };
        if text.len() / (pieces.items.len() + 1) < LIST_ITEM_MIN.min(min) {
            return None;
        }
        let envelope = notation.parse_one(&pieces.envelope, line, 0)?;
        let inherited = document::envelope(&envelope, self.file)?;
        let outcomes: Option<Vec<Vec<Outcome<T>>>> = pieces
            .items
            .par_iter()
            .map(|piece| {
                let text = &text[piece.bytes.clone()];
                // An item stands inside of a map and a list; the YAML of a piece still has the list.
                let (depth, is_list) = match notation {
                    Notation::Json => (2, false),
                    Notation::Yaml => (1, true),
                };
                let mut values = json::Values::new(text, piece.line, depth);
                if notation == Notation::Json
                    && let Some(object) = quick::object(&mut values, self.file, Some(inherited))
                    && values.is_done()
                {
                    return Some(vec![self.outcome(object, Vec::new())]);
                }
                let node = notation.parse_one(text, piece.line, depth)?;
                let node = match (is_list, node.as_list()) {
                    (false, _) => &node,
                    (true, Some([item])) if item.as_map().is_some() => item,
                    (true, _) => return None,
                };
                Some(self.outcomes(document::item(node, self.file, inherited)))
            })
            .collect();
        Some(outcomes?.into_iter().flatten().collect())
    }

    fn convert_all(&self, root: &Node<'_>) -> Vec<Outcome<T>> {
        self.outcomes(document::objects(root, self.file))
    }

    fn outcomes(&self, found: Vec<Found>) -> Vec<Outcome<T>> {
        let outcome = |found| match found {
            Found::Refused(notices) => Outcome::Refused(notices),
            Found::Foreign(kind, place) => Outcome::Foreign(kind, place),
            Found::Object(object, notices) => self.outcome(*object, notices),
        };
        found.into_iter().map(outcome).collect()
    }

    fn outcome(&self, object: Object, notices: Vec<Notice>) -> Outcome<T> {
        let fingerprint = FixedState::default().hash_one(&object.kind);
        let (key, place) = (object.kind.key(), object.place.clone());
        Outcome::Object { key, fingerprint, place, value: (self.convert)(object), notices }
    }

    /// The outcomes, if what the aliases stand for is still within the budget.
    pub(crate) fn within(&self, read: Read<'_, T>, budget: &mut Budget) -> Vec<Outcome<T>> {
        match read {
            Read::Done(outcomes) => outcomes,
            Read::Aliased(Document { root, expansion }) if expansion > budget.left() => {
                let text = "gzip and aliases of all inputs expand to more than the bound: raise `--max-input`";
                vec![self.refused(root.line, text.to_owned())]
            }
            Read::Aliased(Document { root, expansion }) => {
                budget.spend(expansion);
                self.convert_all(&root)
            }
        }
    }

    fn yaml_refusal<'a>(&self, error: &YamlError, text: &str) -> Read<'a, T> {
        let hint = broken::template(text).unwrap_or_default();
        let text_of_error = format!("cannot be read as YAML: {}{hint}", error.what);
        let notice = Notice { object: broken::object(text), ..Notice::error(self.file, error.line, text_of_error) };
        Read::Done(vec![Outcome::Refused(vec![notice])])
    }

    fn refusal<'a>(&self, line: u32, text: String) -> Read<'a, T> {
        Read::Done(vec![self.refused(line, text)])
    }

    fn refused(&self, line: u32, text: String) -> Outcome<T> {
        Outcome::Refused(vec![Notice::error(self.file, line, text)])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Json,
    Yaml,
}

impl Notation {
    /// The one value of a text without aliases.
    fn parse_one(self, text: &str, line: u32, depth: usize) -> Option<Node<'_>> {
        match self {
            Notation::Json => {
                let mut values = json::Values::new(text, line, depth);
                let node = values.next()?.ok()?;
                values.next().is_none().then_some(node)
            }
            Notation::Yaml => match yaml::parse(text, line, depth) {
                (documents, None) => {
                    let [document] = <[Document<'_>; 1]>::try_from(documents).ok()?;
                    (document.expansion == 0).then_some(document.root)
                }
                (_, Some(_)) => None,
            },
        }
    }
}

fn is_bearable(bytes: &[u8]) -> bool {
    bytes.len() as u64 <= DOCUMENT_MAX
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start()
        .strip_prefix(['{', '['])
        .is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[', '}', ']']))
}

fn line_of(bytes: &[u8], at: usize, first: u32) -> u32 {
    let breaks = bytes[..at].iter().filter(|&&b| b == b'\n').count();
    first.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YAML: &str = "apiVersion: v1
items:
- apiVersion: cluster.open-cluster-management.io/v1
  kind: ManagedCluster
  metadata:
    annotations:
      a: |
        - x
         y

      b: 'it''s'
    name: c1
  spec: {}
# between
- apiVersion: cluster.open-cluster-management.io/v1
  kind: ManagedCluster
  metadata:
    name: C2
- apiVersion: v1
  kind: ConfigMap
- kind: List
  apiVersion: v1
  items:
  - 7
kind: List
metadata:
  resourceVersion: \"\"
";
    const JSON: &str = r#"{"apiVersion":"cluster.open-cluster-management.io/v1",
 "items" : [
  {"metadata":{"name":"c1","annotations":{"items":"]\"},{"}}},
  {"metadata":{"name":"C2"}} , {"apiVersion":"v1","kind":"ConfigMap"},
  {"kind":"List","apiVersion":"v1","items":[7, {"a":[]}]}
 ],
 "kind":"ManagedClusterList", "metadata":{"x":["items",[1]]}}"#;

    /// What the short cut reads is what the long way reads. Returns whether it was taken.
    fn agrees(text: &str, notation: Notation) -> bool {
        let file: Arc<str> = "x".into();
        let reader = PartReader { file: &file, convert: &|object: Object| object };
        let Some(short) = reader.long_list(text, 7, 0, notation) else {
            return false;
        };
        let long = match notation {
            Notation::Json => {
                let node = notation.parse_one(text, 7, 0).expect("what is wrong is wrong in pieces too");
                reader.convert_all(&node)
            }
            Notation::Yaml => {
                let (documents, error) = yaml::parse(text, 7, 0);
                assert_eq!((documents.len(), error), (1, None));
                reader.convert_all(&documents[0].root)
            }
        };
        assert_eq!(format!("{short:#?}"), format!("{long:#?}"));
        true
    }

    #[test]
    fn a_long_list_is_read_in_pieces() {
        assert!(agrees(YAML, Notation::Yaml));
        assert!(agrees(JSON, Notation::Json));
        // Found by `pieces_are_the_whole`: where the parser says that an empty block stands.
        assert!(agrees(&YAML.replace("name: C2", "name: |"), Notation::Yaml));
        assert!(agrees(&YAML.replace("\n", "\r\n"), Notation::Yaml));
    }

    #[test]
    fn what_is_no_plain_list_is_not() {
        assert!(!agrees(&YAML.replace("name: c1", "name: *a"), Notation::Yaml));
        assert!(!agrees(&YAML.replace("spec: {}", "spec: {}\r#"), Notation::Yaml));
        assert!(!agrees(&YAML.replace("spec: {}\n", "spec: {} \r \n"), Notation::Yaml));
        assert!(!agrees(&YAML.replace("kind: List\nm", "kind: Set\nm"), Notation::Yaml));
        assert!(!agrees(&JSON.replace("\"x\":", "x:"), Notation::Json));
        assert!(!agrees(&JSON.replace("\"metadata\":{\"x\"", "\"meta\":{\"x\""), Notation::Json));
    }

    /// Bits of text that matter to lists.
    fn bit() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "items:\n",
            "- ",
            "\n",
            "\n- ",
            " ",
            "---\n",
            "...\n",
            "#",
            "\"",
            "'",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "&a ",
            "*a",
            "\"items\":[",
            "|\n",
            "\r\n",
            "? ",
            "a: b\n",
            "\t",
            "\\",
            "kind: List\n",
            "<<: {}\n",
        ])
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, bit()), 1..4), yaml: bool) {
            let (mut text, notation) = if yaml { (YAML.to_owned(), Notation::Yaml) } else { (JSON.to_owned(), Notation::Json) };
            for (at, length, bit) in edits {
                let at = at.index(text.len());
                text.replace_range(at..(at + length).min(text.len()), bit);
            }
            agrees(&text, notation);
        }
    }
}
