//! One part of an input, read from bytes to converted objects on one thread.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    str,
    sync::Arc,
};

use super::{
    DOCUMENT_MAX, Notice, Object, ObjectKey, Place, Severity,
    document::{self, Found},
    json::{self, SyntaxError},
    node::Node,
    notice::shown,
    split::Part,
    yaml::{self, Document, YamlError},
};

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

/// A document's outcomes, or a document that must wait: what all aliases together expand to is counted in order, so that the answer is the same on any
/// number of threads.
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

/// Reads the documents of a part. O(length).
pub(crate) fn read<'a, T>(
    data: &'a [u8],
    part: &Part,
    file: &Arc<str>,
    convert: &impl Fn(Object) -> T,
) -> Vec<Read<'a, T>> {
    let bytes = &data[part.bytes.clone()];
    let refused = |line, text| vec![Read::Done(vec![refusal(file, line, text)])];
    if bytes.len() as u64 > DOCUMENT_MAX {
        return refused(part.line, format!("a document of more than {} MiB", DOCUMENT_MAX >> 20));
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            return refused(line_of(bytes, at, part.line), format!("is not UTF-8: the byte 0x{:02x}", bytes[at]));
        }
    };
    if part.json {
        let (reads, error) = read_json(text, part.line, file, convert);
        let Some(error) = error else {
            return reads;
        };
        return json_or_yaml(text, part, file, convert, reads, &error);
    }
    let (mut reads, error) = read_yaml(text, part.line, file, convert);
    reads.extend(
        error.map(|error| {
            Read::Done(vec![refusal(file, error.line, format!("cannot be read as YAML: {}", error.what))])
        }),
    );
    reads
}

/// What begins as JSON does may be YAML in flow style. If it is neither, the error is of the one it looks more like.
fn json_or_yaml<'a, T>(
    text: &'a str,
    part: &Part,
    file: &Arc<str>,
    convert: &impl Fn(Object) -> T,
    mut reads: Vec<Read<'a, T>>,
    error: &SyntaxError,
) -> Vec<Read<'a, T>> {
    let name = file.to_ascii_lowercase();
    let is_named_json = [".json", ".jsonl", ".json.gz", ".jsonl.gz"].iter().any(|end| name.ends_with(end));
    if !is_named_json {
        let (as_yaml, yaml_error) = read_yaml(text, part.line, file, convert);
        match yaml_error {
            None => return as_yaml,
            Some(yaml_error) if !looks_like_json(text) => {
                reads = as_yaml;
                reads.push(Read::Done(vec![refusal(
                    file,
                    yaml_error.line,
                    format!("cannot be read as YAML: {}", yaml_error.what),
                )]));
                return reads;
            }
            Some(_) => {}
        }
    }
    reads.push(Read::Done(vec![refusal(
        file,
        error.line,
        format!("cannot be read as JSON: {} at column {}", error.what, error.column),
    )]));
    reads
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start()
        .strip_prefix(['{', '['])
        .is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[', '}', ']']))
}

fn read_json<'a, T>(
    text: &'a str,
    mut line: u32,
    file: &Arc<str>,
    convert: &impl Fn(Object) -> T,
) -> (Vec<Read<'a, T>>, Option<SyntaxError>) {
    let mut outcomes = Vec::new();
    let mut rest = text;
    let mut error = None;
    while !rest.is_empty() && error.is_none() {
        match json::parse_first(rest, line) {
            Ok((node, taken, next_line)) => {
                outcomes.extend(convert_all(&node, file, convert));
                rest = &rest[taken..];
                line = next_line;
            }
            Err(what) => error = Some(what),
        }
    }
    (vec![Read::Done(outcomes)], error)
}

fn read_yaml<'a, T>(
    text: &'a str,
    line: u32,
    file: &Arc<str>,
    convert: &impl Fn(Object) -> T,
) -> (Vec<Read<'a, T>>, Option<YamlError>) {
    if let Some(at) = text.bytes().position(|b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')) {
        let what = format!("the control character {}", shown(&text[at..=at]));
        return (Vec::new(), Some(YamlError { line: line_of(text.as_bytes(), at, line), what }));
    }
    let (documents, error) = yaml::parse(text, line);
    let reads = documents.into_iter().map(|document| match document.expansion {
        0 => Read::Done(convert_all(&document.root, file, convert)),
        _ => Read::Aliased(document),
    });
    (reads.collect(), error)
}

impl<T> Read<'_, T> {
    /// The outcomes, if what the aliases stand for is still within the budget.
    pub(crate) fn within(
        self,
        budget: &mut Budget,
        file: &Arc<str>,
        convert: &impl Fn(Object) -> T,
    ) -> Vec<Outcome<T>> {
        match self {
            Read::Done(outcomes) => outcomes,
            Read::Aliased(Document { root, expansion }) if expansion > budget.left() => {
                let text = "gzip and aliases of all inputs together expand to more than the bound: raise `--max-input`";
                vec![refusal(file, root.line, text.to_owned())]
            }
            Read::Aliased(Document { root, expansion }) => {
                budget.spend(expansion);
                convert_all(&root, file, convert)
            }
        }
    }
}

fn convert_all<T>(root: &Node<'_>, file: &Arc<str>, convert: &impl Fn(Object) -> T) -> Vec<Outcome<T>> {
    let mut found = Vec::new();
    document::objects(root, file, &mut found);
    let outcome = |found| match found {
        Found::Refused(notices) => Outcome::Refused(notices),
        Found::Foreign(kind, place) => Outcome::Foreign(kind, place),
        Found::Object(object, notices) => {
            let mut hasher = DefaultHasher::new();
            object.kind.hash(&mut hasher);
            Outcome::Object {
                key: object.kind.key(),
                fingerprint: hasher.finish(),
                place: object.place.clone(),
                value: convert(*object),
                notices,
            }
        }
    };
    found.into_iter().map(outcome).collect()
}

fn refusal<T>(file: &Arc<str>, line: u32, text: String) -> Outcome<T> {
    let place = Some(Place { file: Arc::clone(file), line });
    Outcome::Refused(vec![Notice { severity: Severity::Error, place, object: None, path: None, text }])
}

fn line_of(bytes: &[u8], at: usize, first: u32) -> u32 {
    let breaks = bytes[..at].iter().filter(|&&b| b == b'\n').count();
    first.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX))
}
