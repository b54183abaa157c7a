//! A request as the API server reads it: verb, resource, object, options.

use std::collections::BTreeMap;

use http::Method;
use http::request::Parts;
use serde_json::Value;

use super::failure::Failure;
use super::resource::{Key, Resource};
use super::write::Preconditions;

/// What is asked for, in Kubernetes' words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// One object.
    Get,
    /// All of them, or a page.
    List,
    /// Changes as they come.
    Watch,
    /// A new object.
    Create,
    /// Another object in its place.
    Update,
    /// Some fields of it.
    Patch,
    /// It goes.
    Delete,
}

impl Verb {
    /// Whether it may change what is stored.
    #[must_use]
    pub fn is_write(self) -> bool {
        matches!(self, Verb::Create | Verb::Update | Verb::Patch | Verb::Delete)
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub verb: Verb,
    /// Of which resource.
    pub resource: Resource,
    /// Empty for all, and where there is none.
    pub namespace: String,
    /// The object's; empty in lists and watches. In creates it is the one in the body.
    pub name: String,
    /// Whether it is `/status` that is asked for.
    pub status: bool,
    /// The options, decoded.
    pub query: BTreeMap<String, String>,
    /// Whether only the metadata of objects is wanted.
    pub metadata_only: bool,
    /// The body, if it is JSON.
    pub body: Value,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// 404 for unknown paths, 405, 415 and 400.
    pub fn read(parts: &Parts, body: &[u8]) -> Result<Request, Failure> {
        let path: Vec<String> = parts.uri.path().split('/').skip(1).map(decoded).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let (group, version, rest) = match path[..] {
            ["api", version, ref rest @ ..] => ("", version, rest),
            ["apis", group, version, ref rest @ ..] => (group, version, rest),
            _ => return Err(Failure::no_such_path()),
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
            rest => ("", rest),
        };
        let (plural, name, status) = match rest {
            [plural] => (*plural, "", false),
            [plural, name] => (*plural, *name, false),
            [plural, name, "status"] => (*plural, *name, true),
            _ => return Err(Failure::no_such_path()),
        };
        let resource = Resource::at(group, version, plural).ok_or_else(Failure::no_such_path)?;
        let served = resource.served();
        let misplaced = (!served.namespaced && !namespace.is_empty())
            || (served.namespaced && !name.is_empty() && namespace.is_empty());
        if misplaced || (status && !served.status) {
            return Err(Failure::no_such_path());
        }
        let query = query(parts.uri.query().unwrap_or_default());
        let verb = verb(&parts.method, name, query.get("watch").is_some_and(|w| w == "true" || w == "1"))?;
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if verb == Verb::Patch && !header("content-type").starts_with("application/merge-patch+json") {
            return Err(Failure::unsupported(header("content-type")));
        }
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(body).map_err(|e| Failure::bad_request(&e.to_string()))?
        };
        let name =
            if verb == Verb::Create { body["metadata"]["name"].as_str().unwrap_or_default() } else { name }.to_owned();
        Ok(Request {
            verb,
            resource,
            namespace: namespace.to_owned(),
            name,
            status,
            query,
            metadata_only: header("accept").contains("as=PartialObjectMetadata"),
            body,
        })
    }

    /// The object it is about.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::new(self.resource, &self.namespace, &self.name)
    }

    /// An option.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// An option that is a number.
    ///
    /// # Errors
    /// 400: it is none.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        let parse = |text: &str| text.parse().map_err(|_| Failure::bad_request(&format!("invalid {name}: {text:?}")));
        self.option(name).map(parse).transpose()
    }

    /// Whether the list or watch shows this object. Of selectors it knows one name, and one label; that an object which loses
    /// the label is told as deleted it does not know.
    #[must_use]
    pub fn shows(&self, key: &Key, object: &Value) -> bool {
        let name = self.option("fieldSelector").and_then(|s| s.strip_prefix("metadata.name="));
        let label = self.option("labelSelector").and_then(|s| s.split_once('='));
        key.resource == self.resource
            && (self.namespace.is_empty() || self.namespace == key.namespace)
            && name.is_none_or(|name| name.trim_start_matches('=') == key.name)
            && label.is_none_or(|(label, value)| object["metadata"]["labels"][label] == value)
    }

    /// The version the write was made for.
    #[must_use]
    pub fn preconditions(&self) -> Preconditions {
        match self.verb {
            Verb::Delete => Preconditions::of(&self.body["preconditions"]),
            _ => Preconditions::of(&self.body["metadata"]),
        }
    }
}

fn verb(method: &Method, name: &str, watch: bool) -> Result<Verb, Failure> {
    match (method.as_str(), name.is_empty()) {
        ("GET", false) => Ok(Verb::Get),
        ("GET", true) if watch => Ok(Verb::Watch),
        ("GET", true) => Ok(Verb::List),
        ("POST", true) => Ok(Verb::Create),
        ("PUT", false) => Ok(Verb::Update),
        ("PATCH", false) => Ok(Verb::Patch),
        ("DELETE", false) => Ok(Verb::Delete),
        _ => Err(Failure::not_allowed()),
    }
}

fn query(text: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key), decoded(&value.replace('+', " ")))
    };
    text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

/// Percent-decoded; what is no escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
