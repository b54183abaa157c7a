//! YAML into the same tree: events with their styles, anchors shared and not copied, `<<` resolved, every bound of
//! FILE-8 kept.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{
    DEPTH_MAX, DOCUMENT_MAX,
    node::{Entry, Key, Map, Node, Value},
    notice::shown,
    scalar::{self, Reading},
};

/// Why a text is not YAML that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: u32,
    pub(crate) what: String,
}

/// One document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) root: Node<'a>,
    /// Bytes that aliases stand for, beyond those written.
    pub(crate) expansion: u64,
}

/// Reads all documents of a text whose first line is `line`, themselves `depth` deep in another; empty ones are left
/// out. After an error nothing more is read. O(length).
pub(crate) fn parse(text: &str, line: u32, depth: usize) -> (Vec<Document<'_>>, Option<YamlError>) {
    let mut builder = Builder { first_line: line, depth, ..Builder::default() };
    let error = builder.run(Parser::new_from_str(text)).err();
    (builder.documents, error)
}

#[derive(Default)]
struct Builder<'a> {
    first_line: u32,
    depth: usize,
    documents: Vec<Document<'a>>,
    open: Vec<Open<'a>>,
    anchors: BTreeMap<usize, Anchored<'a>>,
    expansion: u64,
}

/// What an anchor names, and what an alias of it counts.
struct Anchored<'a> {
    node: Arc<Node<'a>>,
    size: u64,
    height: usize,
}

/// A list or map whose end has not come.
struct Open<'a> {
    line: u32,
    anchor: usize,
    /// Bytes this stands for, aliases included.
    size: u64,
    /// Levels of lists and maps inside, aliases included.
    height: usize,
    content: Content<'a>,
}

enum Content<'a> {
    List(Vec<Node<'a>>),
    Map { entries: Vec<Entry<'a>>, merged: Vec<Node<'a>>, key: Option<Key<'a>>, is_merge: bool },
}

impl<'a> Builder<'a> {
    fn run(&mut self, mut parser: Parser<'a, StrInput<'a>>) -> Result<(), YamlError> {
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.scan_error(&error))?;
            self.take(event, span)?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'a>, span: Span) -> Result<(), YamlError> {
        let line = self.line(span.start.line());
        match event {
            Event::DocumentStart(_) => {
                self.anchors.clear();
                self.expansion = 0;
            }
            Event::Scalar(text, style, anchor, tag) => {
                let line = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => self.block_line(&text).unwrap_or(line),
                    _ => line,
                };
                let size = text.len() as u64 + 1;
                let value = scalar_value(text, style, tag.as_deref()).map_err(|what| YamlError { line, what })?;
                self.finish(Node { line, value }, anchor, size, 0)?;
            }
            Event::SequenceStart(anchor, tag) => self.open(line, anchor, tag.as_deref(), Content::List(Vec::new()))?,
            Event::MappingStart(anchor, tag) => {
                let map = Content::Map { entries: Vec::new(), merged: Vec::new(), key: None, is_merge: false };
                self.open(line, anchor, tag.as_deref(), map)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let value = match open.content {
                        Content::List(items) => Value::List(items),
                        Content::Map { entries, merged, .. } => Value::Map(Map::new(entries, merged)),
                    };
                    self.finish(Node { line: open.line, value }, open.anchor, open.size, open.height + 1)?;
                }
            }
            Event::Alias(anchor) => self.alias(line, anchor)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn open(&mut self, line: u32, anchor: usize, tag: Option<&Tag>, content: Content<'a>) -> Result<(), YamlError> {
        if self.depth + self.open.len() >= DEPTH_MAX {
            return Err(YamlError { line, what: format!("nested more than {DEPTH_MAX} deep") });
        }
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema()
                && matches!((&content, &*tag.suffix), (Content::List(_), "seq") | (Content::Map { .. }, "map")))
        {
            return Err(YamlError { line, what: unknown_tag(tag) });
        }
        self.open.push(Open { line, anchor, size: 1, height: 0, content });
        Ok(())
    }

    fn alias(&mut self, line: u32, anchor: usize) -> Result<(), YamlError> {
        let Some(&Anchored { ref node, size, height }) = self.anchors.get(&anchor) else {
            return Err(YamlError { line, what: "an alias inside of what it stands for".to_owned() });
        };
        if self.depth + self.open.len() + height > DEPTH_MAX {
            return Err(YamlError { line, what: format!("nested more than {DEPTH_MAX} deep through an alias") });
        }
        let node = Node { line: node.line, value: Value::Shared(Arc::clone(node)) };
        self.expansion = self.expansion.saturating_add(size);
        if self.expansion > DOCUMENT_MAX {
            return Err(YamlError {
                line,
                what: format!("its aliases stand for more than {} MiB", DOCUMENT_MAX >> 20),
            });
        }
        self.finish(node, 0, size, height)
    }

    /// Puts a finished node where it belongs: into the open list or map, or under the documents.
    fn finish(&mut self, mut node: Node<'a>, anchor: usize, size: u64, height: usize) -> Result<(), YamlError> {
        if anchor > 0 {
            let (line, shared) = (node.line, Arc::new(node));
            self.anchors.insert(anchor, Anchored { node: Arc::clone(&shared), size, height });
            node = Node { line, value: Value::Shared(shared) };
        }
        let Some(open) = self.open.last_mut() else {
            if !matches!(node.value(), Value::Plain(text) if text.is_empty()) {
                self.documents.push(Document { root: node, expansion: self.expansion });
            }
            return Ok(());
        };
        open.size = open.size.saturating_add(size);
        open.height = open.height.max(height);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { key: key @ None, is_merge, .. } => {
                let (text, plain) = key_text(&node)?;
                *is_merge = plain && text == "<<";
                *key = Some(Key { text, plain, line: node.line });
            }
            Content::Map { entries, merged, key, is_merge } => {
                let key = key.take();
                if *is_merge {
                    merge(merged, node)?;
                } else if let Some(key) = key {
                    entries.push(Entry { key, value: node });
                }
            }
        }
        Ok(())
    }

    /// The line that a block scalar is announced on: the parser knows only where its text begins, or what follows if
    /// there is none.
    fn block_line(&self, text: &str) -> Option<u32> {
        let open = self.open.last()?;
        match &open.content {
            Content::Map { key: Some(key), .. } => Some(key.line),
            _ if text.is_empty() => Some(open.line),
            _ => None,
        }
    }

    fn line(&self, in_text: usize) -> u32 {
        self.first_line.saturating_add(u32::try_from(in_text.saturating_sub(1)).unwrap_or(u32::MAX))
    }

    fn scan_error(&self, error: &ScanError) -> YamlError {
        YamlError {
            line: self.line(error.marker().line()),
            what: format!("{} at column {}", error.info(), error.marker().col() + 1),
        }
    }
}

fn scalar_value<'a>(text: Cow<'a, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value<'a>, String> {
    let Some(tag) = tag else {
        return Ok(match style {
            ScalarStyle::Plain => Value::Plain(text),
            _ => Value::Text(text),
        });
    };
    if tag.handle.is_empty() && tag.suffix == "!" || tag.is_yaml_core_schema() && tag.suffix == "str" {
        return Ok(Value::Text(text));
    }
    if !tag.is_yaml_core_schema() {
        return Err(unknown_tag(tag));
    }
    match (&*tag.suffix, scalar::read(&text)) {
        ("null", Reading::Null) => Ok(Value::Null),
        ("bool", Reading::Bool(yes)) => Ok(Value::Bool(yes)),
        ("int" | "float", Reading::Number) => Ok(Value::Number(text)),
        ("null" | "bool" | "int" | "float", _) => {
            Err(format!("{} does not fit its tag `!!{}`", shown(&text), tag.suffix))
        }
        _ => Err(unknown_tag(tag)),
    }
}

fn unknown_tag(tag: &Tag) -> String {
    let text =
        if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { format!("{}{}", tag.handle, tag.suffix) };
    format!("the tag {} is not supported: leave it out", shown(&text))
}

fn key_text<'a>(node: &Node<'a>) -> Result<(Cow<'a, str>, bool), YamlError> {
    match node.value() {
        Value::Text(text) => Ok((text.clone(), false)),
        Value::Plain(text) => Ok((text.clone(), true)),
        _ => Err(YamlError { line: node.line, what: "a key must be text".to_owned() }),
    }
}

/// `<<` takes a map or a list of maps; the first that has a key wins.
fn merge<'a>(merged: &mut Vec<Node<'a>>, node: Node<'a>) -> Result<(), YamlError> {
    let wrong = |line| Err(YamlError { line, what: "`<<` takes an alias of a map, or a list of them".to_owned() });
    if node.as_map().is_some() {
        merged.push(node);
        return Ok(());
    }
    let Some(items) = node.as_list() else {
        return wrong(node.line);
    };
    if let Some(item) = items.iter().find(|item| item.as_map().is_none()) {
        return wrong(item.line);
    }
    merged.extend(items.iter().cloned());
    Ok(())
}
