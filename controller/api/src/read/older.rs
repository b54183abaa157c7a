//! Versions that were served once, rewritten as today's (spec §19).

use std::borrow::Cow;

use super::node::{Entry, Key, Map, Node, Value};
use crate::schema::KindName;

/// Rewrites what has another name today; the rest is as it is served now. O(size of the tree).
pub(crate) fn rewrite<'a>(node: &Node<'a>, kind: KindName) -> Node<'a> {
    let mut root = node.clone();
    match kind {
        KindName::Placement => {
            at(&mut root, &["spec", "prioritizerPolicy", "configurations"], |node| {
                if let Value::List(items) = &mut node.value {
                    items.iter_mut().for_each(name_to_coordinate);
                }
            });
        }
        KindName::ManagedClusterSet => at(&mut root, &["spec", "clusterSelector", "selectorType"], |node| {
            if node.as_text() == Some("LegacyClusterSetLabel") {
                node.value = Value::Text(Cow::Borrowed("ExclusiveClusterSetLabel"));
            }
        }),
        _ => {}
    }
    root
}

/// Calls `change` with the node at the end of the way, if there is one; what is shared on the way is copied first.
fn at<'a>(node: &mut Node<'a>, way: &[&str], change: impl FnOnce(&mut Node<'a>)) {
    own(node);
    let Some((next, rest)) = way.split_first() else {
        return change(node);
    };
    if let Value::Map(map) = &mut node.value
        && let Some(entry) = map.entries.iter_mut().find(|entry| entry.key.text == *next)
    {
        at(&mut entry.value, rest, change);
    }
}

fn own(node: &mut Node<'_>) {
    while let Value::Shared(inner) = &node.value {
        node.value = inner.value.clone();
    }
}

/// `{name: X, weight: W}` becomes `{scoreCoordinate: {type: BuiltIn, builtIn: X}, weight: W}`.
fn name_to_coordinate(item: &mut Node<'_>) {
    own(item);
    let Value::Map(map) = &mut item.value else {
        return;
    };
    if map.entries.iter().any(|entry| entry.key.text == "scoreCoordinate") {
        return;
    }
    let Some(entry) = map.entries.iter_mut().find(|entry| entry.key.text == "name") else {
        return;
    };
    let line = entry.key.line;
    let name = std::mem::replace(&mut entry.value, Node { line, value: Value::Null });
    let field = |name, value| Entry { key: Key { text: Cow::Borrowed(name), plain: false, line }, value };
    let kind = Node { line, value: Value::Text(Cow::Borrowed("BuiltIn")) };
    let coordinate = Map::new(vec![field("type", kind), field("builtIn", name)], Vec::new());
    *entry = field("scoreCoordinate", Node { line, value: Value::Map(coordinate) });
}
