//! From a document's tree to its objects: lists are opened, kinds and versions looked up, each object checked by itself.

use std::sync::Arc;

use super::{
    Kind, Object, Place,
    check::{self, described},
    findings::{Findings, Path},
    node::{Map, Node, Value},
    notice::{Escaped, Notice, shown},
    older,
    typed::typed,
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

/// Finds the objects of a document, in order. O(size of the tree, aliases written out).
pub(crate) fn objects(root: &Node<'_>, file: &Arc<str>, found: &mut Vec<Found>) {
    walk(root, file, None, found);
}

/// What a typed list says about items that do not say it themselves.
#[derive(Clone, Copy)]
struct Inherited<'n> {
    api_version: &'n str,
    kind: &'n str,
}

fn walk<'n>(node: &'n Node<'_>, file: &Arc<str>, inherited: Option<Inherited<'n>>, found: &mut Vec<Found>) {
    let refuse = |found: &mut Vec<Found>, text: String| {
        let mut findings = Findings::new(file, node.line, None);
        findings.refuse(node.line, Path::Root, text);
        found.push(Found::Refused(findings.into_notices()));
    };
    let map = match node.value() {
        Value::Map(map) => map,
        Value::List(items) if !items.is_empty() && inherited.is_none() => {
            return items.iter().for_each(|item| walk(item, file, None, found));
        }
        _ => {
            return refuse(found, format!("expected an object with `apiVersion` and `kind`, got {}", described(node)));
        }
    };
    let text_of = |key: &str| map.get(key).and_then(Node::as_text).filter(|text| !text.is_empty());
    let Some(kind) = text_of("kind").or(inherited.map(|inherited| inherited.kind)) else {
        return refuse(found, "an object without `kind`".to_owned());
    };
    let Some(api_version) = text_of("apiVersion").or(inherited.map(|inherited| inherited.api_version)) else {
        return refuse(found, format!("an object of kind {} without `apiVersion`", shown(kind)));
    };
    if let Some(item_kind) = kind.strip_suffix("List")
        && (map.get("items").is_some() || item_kind.is_empty() || served(item_kind).is_some())
    {
        let inherited = (!item_kind.is_empty()).then_some(Inherited { api_version, kind: item_kind });
        return list(node, map, file, inherited, found);
    }
    found.push(one(node, file, api_version, kind));
}

/// Opens a list. What is wrong with the list itself hides none of its items.
fn list<'n>(
    node: &'n Node<'_>,
    map: &'n Map<'_>,
    file: &Arc<str>,
    inherited: Option<Inherited<'n>>,
    found: &mut Vec<Found>,
) {
    let mut findings = Findings::new(file, node.line, Some("List".to_owned()));
    check::repeated(map, Path::Root, &mut findings);
    for key in map.effective().into_iter().map(|entry| &entry.key) {
        if !matches!(&*key.text, "apiVersion" | "kind" | "metadata" | "items") {
            findings.warn(key.line, Path::Field(&Path::Root, &key.text), "there is no such field, it has no effect");
        }
    }
    let path = Path::Field(&Path::Root, "items");
    match map.get("items") {
        None => findings.refuse(node.line, path, "is required"),
        Some(items) => match items.as_list() {
            Some(items) => items.iter().for_each(|item| walk(item, file, inherited, found)),
            None if check::is_null(items) => {}
            None => findings.refuse(items.line, path, format!("must be a list, got {}", described(items))),
        },
    }
    let notices = findings.into_notices();
    if !notices.is_empty() {
        found.push(Found::Refused(notices));
    }
}

fn one(node: &Node<'_>, file: &Arc<str>, api_version: &str, kind: &str) -> Found {
    let place = Place { file: Arc::clone(file), line: node.line };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let mut findings = Findings::new(file, node.line, Some(label(node, kind)));
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

/// Checks and types one object of a served kind.
fn finish(node: &Node<'_>, served: &'static Served, findings: &mut Findings<'_>) -> Option<Kind> {
    let good = check::object(node.as_map()?, node.line, served.fields, Path::Root, findings);
    if !findings.is_accepted() {
        return None;
    }
    let kind = match served.kind {
        KindName::Placement => typed(good).map(Kind::Placement),
        KindName::PlacementDecision => typed(good).map(Kind::PlacementDecision),
        KindName::ManagedCluster => typed(good).map(Kind::ManagedCluster),
        KindName::ManagedClusterSet => typed(good).map(Kind::ManagedClusterSet),
        KindName::ManagedClusterSetBinding => typed(good).map(Kind::ManagedClusterSetBinding),
        KindName::AddOnPlacementScore => typed(good).map(Kind::AddOnPlacementScore),
    };
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
        findings.warn(node.line, path, format!("a {} is in no namespace, it has no effect", served.name));
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
