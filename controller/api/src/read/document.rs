//! From a document's tree to its objects: lists are opened, kinds and versions looked up, each object checked by
//! itself.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::{
    Kind, Object, Place,
    check::{self, described},
    findings::{Findings, Path},
    node::{Map, Node, Value},
    notice::{Escaped, Notice, shown},
    older, typed,
};
use crate::schema::{GROUP, KindName, Served, near, near_kind, served};

/// What one document, or one item of a list, turned out to be.
#[derive(Debug)]
pub(crate) enum Found {
    /// One object, and what was noticed about it.
    Object(Box<Object>, Vec<Notice>),
    /// Nothing that can be used, and why.
    Refused(Vec<Notice>),
    /// An object of another kind, e.g. `v1 ConfigMap`.
    Foreign(String, Place),
}

/// After so many objects refused in one document, the others are counted only.
const REFUSALS_MAX: usize = 1000;

/// Finds the objects of a document, in order. O(size of the tree, aliases written out).
pub(crate) fn objects(root: &Node<'_>, file: &Arc<str>) -> Vec<Found> {
    let mut walker = Walker { file, found: Vec::new(), refusals: 0 };
    walker.walk(root, None);
    walker.finish(root.line)
}

/// As [`objects`], for an item of a list that says this.
pub(crate) fn item(node: &Node<'_>, file: &Arc<str>, inherited: Inherited<'_>) -> Vec<Found> {
    let mut walker = Walker { file, found: Vec::new(), refusals: 0 };
    walker.walk(node, Some(inherited));
    walker.finish(node.line)
}

/// What a list without its items says about them, if it is a list and nothing else has to be said about it.
pub(crate) fn envelope<'n>(root: &'n Node<'_>, file: &Arc<str>) -> Option<Inherited<'n>> {
    let map = root.as_map()?;
    let (api_version, kind) = (text_of(map, "apiVersion")?, text_of(map, "kind")?);
    let inherited = inherited(map, api_version, kind)?;
    list_findings(root, map, file).is_empty().then_some(inherited)
}

/// What a list says about items that do not say it themselves.
#[derive(Clone, Copy)]
pub(crate) struct Inherited<'n> {
    pub(super) api_version: &'n str,
    /// Empty: nothing is said, as in a `v1 List`.
    pub(super) kind: &'n str,
}

struct Walker<'f> {
    file: &'f Arc<str>,
    found: Vec<Found>,
    refusals: usize,
}

impl Walker<'_> {
    fn walk(&mut self, node: &Node<'_>, inherited: Option<Inherited<'_>>) {
        let map = match node.value() {
            Value::Map(map) => map,
            Value::List(items) if !items.is_empty() && inherited.is_none() => {
                return items.iter().for_each(|item| self.walk(item, None));
            }
            _ => {
                let text = format!("expected an object with `apiVersion` and `kind`, got {}", described(node));
                return self.refuse(node, text);
            }
        };
        let inherited = inherited.filter(|inherited| !inherited.kind.is_empty());
        let Some(kind) = text_of(map, "kind").or(inherited.map(|inherited| inherited.kind)) else {
            let keys = map.entries.iter().map(|entry| &*entry.key.text);
            let hint = near("kind", keys).map(|key| format!(": is {} meant to be it?", shown(key)));
            return self.refuse(node, format!("an object without `kind`{}", hint.unwrap_or_default()));
        };
        let Some(api_version) = text_of(map, "apiVersion").or(inherited.map(|inherited| inherited.api_version)) else {
            return self.refuse(node, format!("an object of kind {} without `apiVersion`", shown(kind)));
        };
        match self::inherited(map, api_version, kind) {
            Some(inherited) => self.list(node, map, inherited),
            None => self.push(one(node, self.file, api_version, kind)),
        }
    }

    /// Opens a list. What is wrong with the list itself hides none of its items.
    fn list(&mut self, node: &Node<'_>, map: &Map<'_>, inherited: Inherited<'_>) {
        let items = map.get("items").and_then(Node::as_list).unwrap_or_default();
        items.iter().for_each(|item| self.walk(item, Some(inherited)));
        let notices = list_findings(node, map, self.file);
        if !notices.is_empty() {
            self.found.push(Found::Refused(notices));
        }
    }

    fn refuse(&mut self, node: &Node<'_>, text: String) {
        self.push(Found::Refused(vec![Notice::error(self.file, node.line, text)]));
    }

    fn push(&mut self, found: Found) {
        if matches!(found, Found::Refused(_)) {
            self.refusals += 1;
            if self.refusals > REFUSALS_MAX {
                return;
            }
        }
        self.found.push(found);
    }

    fn finish(mut self, line: u32) -> Vec<Found> {
        if let Some(more @ 1..) = self.refusals.checked_sub(REFUSALS_MAX) {
            let text = format!("{more} more objects of this document are refused, and not shown");
            self.found.push(Found::Refused(vec![Notice::error(self.file, line, text)]));
        }
        self.found
    }
}

fn text_of<'n>(map: &'n Map<'_>, key: &str) -> Option<&'n str> {
    map.get(key).and_then(Node::as_text).filter(|text| !text.is_empty())
}

/// What a map of this kind says about its items, if it is a list.
fn inherited<'n>(map: &Map<'_>, api_version: &'n str, kind: &'n str) -> Option<Inherited<'n>> {
    let item_kind = kind.strip_suffix("List")?;
    let is_list = map.get("items").is_some() || item_kind.is_empty() || served(item_kind).is_some();
    is_list.then_some(Inherited { api_version, kind: item_kind })
}

/// What is to be said about a list itself.
fn list_findings(node: &Node<'_>, map: &Map<'_>, file: &Arc<str>) -> Vec<Notice> {
    let mut findings = Findings::new(file, &|| "List".to_owned());
    check::repeated(map, Path::Root, &mut findings);
    for key in map.effective().map(|entry| &entry.key) {
        if !matches!(&*key.text, "apiVersion" | "kind" | "metadata" | "items") {
            findings.warn(key.line, Path::Field(&Path::Root, &key.text), "there is no such field, it has no effect");
        }
    }
    let path = Path::Field(&Path::Root, "items");
    match map.get("items") {
        None => findings.refuse(node.line, path, "is required"),
        Some(items) if items.as_list().is_some() || check::is_null(items) => {}
        Some(items) => findings.refuse(items.line, path, format!("must be a list, got {}", described(items))),
    }
    findings.into_notices()
}

fn one(node: &Node<'_>, file: &Arc<str>, api_version: &str, kind: &str) -> Found {
    let place = Place { file: Arc::clone(file), line: node.line };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let label = || label(node, kind);
    let mut findings = Findings::new(file, &label);
    let Some(served) = served(kind) else {
        if group == GROUP
            && let Some(name) = near_kind(kind)
        {
            findings.refuse(node.line, Path::Root, format!("there is no kind {}: did you mean `{name}`?", shown(kind)));
            return Found::Refused(findings.into_notices());
        }
        return Found::Foreign(format!("{} {}", short(api_version), short(kind)), place);
    };
    let is_older = served.older.contains(&version);
    if !is_like_ours(group) {
        return Found::Foreign(format!("{} {}", short(api_version), short(kind)), place);
    }
    if group != GROUP || version != served.version && !is_older {
        let text = format!("must be `{GROUP}/{}`, got {}", served.version, shown(api_version));
        findings.refuse(node.line, Path::Field(&Path::Root, "apiVersion"), text);
        return Found::Refused(findings.into_notices());
    }
    let good = if is_older {
        let text = format!("`{version}` is no longer served: read as `{}`", served.version);
        findings.note(node.line, Path::Field(&Path::Root, "apiVersion"), text);
        let rewritten = older::rewrite(node, served.kind);
        finish(&rewritten, served, &mut findings)
    } else {
        finish(node, served, &mut findings)
    };
    match good {
        Some(kind) => Found::Object(Box::new(Object { place, kind }), findings.into_notices()),
        None => Found::Refused(findings.into_notices()),
    }
}

/// Whether a group is ours, or meant to be: others have a `Placement` too, and theirs is no concern of ours.
fn is_like_ours(group: &str) -> bool {
    group.is_empty() || group.contains("cluster-management") || near(group, [GROUP].into_iter()).is_some()
}

/// One object of a served kind, from whatever its fields are read of.
pub(super) fn kind_of<'de, D: Deserializer<'de>>(kind: KindName, from: D) -> Result<Kind, D::Error> {
    Ok(match kind {
        KindName::Placement => Kind::Placement(Deserialize::deserialize(from)?),
        KindName::PlacementDecision => Kind::PlacementDecision(Deserialize::deserialize(from)?),
        KindName::ManagedCluster => Kind::ManagedCluster(Deserialize::deserialize(from)?),
        KindName::ManagedClusterSet => Kind::ManagedClusterSet(Deserialize::deserialize(from)?),
        KindName::ManagedClusterSetBinding => Kind::ManagedClusterSetBinding(Deserialize::deserialize(from)?),
        KindName::AddOnPlacementScore => Kind::AddOnPlacementScore(Deserialize::deserialize(from)?),
    })
}

/// Checks and types one object of a served kind.
fn finish(node: &Node<'_>, served: &'static Served, findings: &mut Findings<'_>) -> Option<Kind> {
    let (map, line, fields) = (node.as_map()?, node.line, served.fields);
    let kind = kind_of(served.kind, typed::object(map, line, fields, findings));
    check::annotations(node, served.annotations, findings);
    if !findings.is_accepted() {
        return None;
    }
    let mut kind = match kind {
        Ok(kind) => kind,
        Err(error) => {
            findings.refuse(node.line, Path::Root, format!("cannot be read, and that is our fault: {error}"));
            return None;
        }
    };
    place_in_namespace(node, served, &mut kind, findings);
    Some(kind)
}

fn place_in_namespace(node: &Node<'_>, served: &Served, kind: &mut Kind, findings: &mut Findings<'_>) {
    let metadata = kind.metadata_mut();
    let path = Path::Field(&Path::Field(&Path::Root, "metadata"), "namespace");
    if served.namespaced && metadata.namespace.is_empty() {
        findings.note(node.line, path, "is absent: read as `default`");
        "default".clone_into(&mut metadata.namespace);
    } else if !served.namespaced && !metadata.namespace.is_empty() {
        let line = node.get("metadata").and_then(|metadata| metadata.get("namespace")).map_or(node.line, |at| at.line);
        findings.warn(line, path, format!("a {} is in no namespace, it has no effect", served.name));
        metadata.namespace.clear();
    }
}

/// How notices call an object that may not even have a name.
fn label(node: &Node<'_>, kind: &str) -> String {
    let metadata = node.get("metadata");
    let part = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(Node::as_text).map(short);
    match (part("namespace"), part("name")) {
        (_, None) => short(kind),
        (Some(namespace), Some(name)) if served(kind).is_none_or(|served| served.namespaced) => {
            format!("{} {namespace}/{name}", short(kind))
        }
        (None, Some(name)) if served(kind).is_some_and(|served| served.namespaced) => {
            format!("{} default/{name}", short(kind))
        }
        (_, Some(name)) => format!("{} {name}", short(kind)),
    }
}

/// A user's word without backticks, cut.
fn short(text: &str) -> String {
    const CHARS_MAX: usize = 253;
    Escaped(&text.chars().take(CHARS_MAX).collect::<String>()).to_string()
}
