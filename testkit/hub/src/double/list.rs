//! Lists: whole or in pages, of a version that stays the same from page to page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Bound;
use std::sync::Arc;

use serde_json::{Value, json};

use super::failure::Failure;
use super::request::Request;
use super::resource::Key;
use super::store::Store;

/// Where the next page begins.
#[derive(Debug, PartialEq, Eq)]
struct Token {
    /// Of which version; `None` for the newest, where the old one is forgotten.
    revision: Option<u64>,
    /// Behind which object.
    after: (String, String),
}

impl Token {
    fn text(&self) -> String {
        let revision = self.revision.map_or_else(|| "-1".to_owned(), |r| r.to_string());
        let plain = format!("{revision}/{}/{}", self.after.0, self.after.1);
        plain.bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // Into a String: cannot fail.
            hex
        })
    }

    fn read(text: &str) -> Result<Token, Failure> {
        let bad = || Failure::bad_request("continue key is not valid");
        let bytes =
            (0..text.len() / 2).map(|i| text.get(2 * i..2 * i + 2).and_then(|h| u8::from_str_radix(h, 16).ok()));
        let plain = String::from_utf8(bytes.collect::<Option<Vec<u8>>>().ok_or_else(bad)?).map_err(|_| bad())?;
        let mut parts = plain.splitn(3, '/');
        let (Some(revision), Some(namespace), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad());
        };
        let revision = if revision == "-1" { None } else { Some(revision.parse().map_err(|_| bad())?) };
        Ok(Token { revision, after: (namespace.to_owned(), name.to_owned()) })
    }
}

/// The answer to a list by a server that has seen everything up to `seen` and puts no more than so many objects on a page.
pub(super) fn list(request: &Request, store: &Store, seen: u64, page_max: u64) -> Result<Value, Failure> {
    let token = request.option("continue").map(Token::read).transpose()?;
    let revision = match &token {
        Some(token) => {
            if token.revision.is_some_and(|revision| revision < store.oldest()) {
                return Err(Failure::page_expired(Token { revision: None, after: token.after.clone() }.text()));
            }
            token.revision.unwrap_or(seen)
        }
        None => asked_for(request, store, seen)?,
    };
    let shown: BTreeMap<Key, Arc<Value>> =
        store.view(request.resource, revision).into_iter().filter(|(key, object)| request.shows(key, object)).collect();
    let after = token.map(|token| Key::new(request.resource, &token.after.0, &token.after.1));
    let mut rest = shown.range((after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded));
    let limit = request.number("limit")?.filter(|limit| *limit > 0).map_or(u64::MAX, |limit| limit.min(page_max));
    let page: Vec<_> = rest.by_ref().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let remaining = rest.count();
    let mut metadata = json!({ "resourceVersion": revision.to_string() });
    if let Some((last, _)) = page.last().filter(|_| remaining > 0) {
        let token = Token { revision: Some(revision), after: (last.namespace.clone(), last.name.clone()) };
        metadata["continue"] = token.text().into();
        if ["fieldSelector", "labelSelector"].into_iter().all(|selector| request.option(selector).is_none()) {
            metadata["remainingItemCount"] = remaining.into();
        }
    }
    let items: Vec<Value> = page.into_iter().map(|(_, object)| shape(request, object)).collect();
    let served = request.resource.served();
    let (version, kind) = if request.metadata_only {
        ("meta.k8s.io/v1".to_owned(), "PartialObjectMetadata")
    } else {
        (served.api_version(), served.kind)
    };
    Ok(json!({ "kind": format!("{kind}List"), "apiVersion": version, "metadata": metadata, "items": items }))
}

/// The version that a list without a token is of.
fn asked_for(request: &Request, store: &Store, seen: u64) -> Result<u64, Failure> {
    let at = request.number("resourceVersion")?;
    match (request.option("resourceVersionMatch"), at) {
        (Some(_), None) => Err(Failure::invalid_options(
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
        )),
        (_, Some(at)) if at > seen => Err(Failure::too_large(at, seen)),
        (Some("Exact"), Some(at)) if at < store.oldest() => Err(Failure::list_expired()),
        (Some("Exact"), Some(at)) => Ok(at),
        _ => Ok(seen),
    }
}

/// The object as the request wants it: whole, or its metadata.
pub(super) fn shape(request: &Request, object: &Value) -> Value {
    if !request.metadata_only {
        return object.clone();
    }
    json!({ "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] })
}
