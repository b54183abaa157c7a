//! Reads a hub: every object of our kinds, as JSON lines in a stable order.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use api::kinds::{
    AddOnPlacementScore, ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, Placement, PlacementDecision,
    Resource,
};
use kube::Client;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::notice::{Notice, Notices, Place, Severity};
use super::progress::Progress;
use crate::connect::{Access, told};

/// How many objects the server is asked for at once, as kubectl asks.
const PAGE: usize = 500;
/// How long one page may take.
const PAGE_TIME: Duration = Duration::from_secs(60);
/// How often a list is begun anew when the server has forgotten where it was.
const ATTEMPTS: usize = 4;
/// What no reader of ours looks at, and what makes most of an object's bytes.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// All that placement is about on a hub.
pub(super) struct Hub {
    /// The context's name.
    pub name: String,
    /// The context's namespace.
    pub namespace: String,
    /// One object a line, by kind, namespace and name.
    pub lines: Vec<String>,
}

/// Reads the hub. `None`, and errors told, where it cannot be reached or one of the kinds cannot be listed: without
/// some of the facts, what is decided would be something else.
pub(super) fn read(access: &Access, notices: &mut Notices) -> Option<Hub> {
    let _progress = Progress::new("reading the hub");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let read = runtime.context("no runtime to read the hub with").and_then(|runtime| {
        runtime.block_on(async {
            let hub = access.hub().await?;
            let client = hub.client()?;
            Ok((hub.name, hub.config.default_namespace, list_all(&client).await))
        })
    });
    match read {
        Ok((name, namespace, Ok(lines))) => Some(Hub { name, namespace, lines }),
        Ok((name, _, Err(problems))) => {
            let place = Place { file: name.into(), line: 0 };
            for text in problems {
                let place = Some(place.clone());
                notices.add(Notice { severity: Severity::Error, place, object: None, path: None, text });
            }
            None
        }
        Err(problem) => {
            notices.say(Severity::Error, format!("{problem:#}"));
            None
        }
    }
}

/// A kind as it is listed.
#[derive(Clone, Copy)]
struct Listed {
    kind: &'static str,
    api_version: &'static str,
}

impl Listed {
    const fn of<K: Resource>() -> Listed {
        Listed { kind: K::KIND, api_version: K::API_VERSION }
    }

    fn plural(self) -> String {
        format!("{}s", self.kind.to_lowercase())
    }

    /// As a role names it.
    fn resource(self) -> String {
        let group = self.api_version.split_once('/').map_or("", |(group, _)| group);
        format!("{}.{group}", self.plural())
    }
}

const KINDS: [Listed; 6] = [
    Listed::of::<AddOnPlacementScore>(),
    Listed::of::<ManagedCluster>(),
    Listed::of::<ManagedClusterSet>(),
    Listed::of::<ManagedClusterSetBinding>(),
    Listed::of::<Placement>(),
    Listed::of::<PlacementDecision>(),
];

/// One page of a list.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    metadata: PageMetadata,
    #[serde(default)]
    items: Vec<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageMetadata {
    resource_version: String,
    r#continue: String,
}

/// Why a kind could not be listed.
enum Refusal {
    /// The server has forgotten the version, or cannot list at one.
    Version,
    /// The others may be listed all the same.
    Kind(String),
    /// Asking for the others is of no use.
    Hub(String),
}

/// Every object of every kind, all as they stood at one moment where the server still knows it.
async fn list_all(client: &Client) -> Result<Vec<String>, Vec<String>> {
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    // Kinds are kept in one store and share its versions. A slice that is written while we read would else be one
    // that its placement does not know of.
    let mut moment = String::new();
    for kind in KINDS {
        match list(client, kind, &mut moment).await {
            Ok(objects) => lines.extend(objects.into_values()),
            Err(Refusal::Kind(problem)) => problems.push(problem),
            Err(Refusal::Hub(problem)) => {
                problems.push(problem);
                break;
            }
            Err(Refusal::Version) => problems.push(format!("{}: the list broke off again and again", kind.plural())),
        }
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

/// The objects of one kind, as lines by namespace and name.
async fn list(
    client: &Client,
    kind: Listed,
    moment: &mut String,
) -> Result<BTreeMap<(String, String), String>, Refusal> {
    let mut at = moment.clone();
    for _ in 0..ATTEMPTS {
        match list_at(client, kind, &at).await {
            Err(Refusal::Version) => at.clear(),
            Err(refusal) => return Err(refusal),
            Ok((version, objects)) => {
                if moment.is_empty() {
                    *moment = version;
                }
                return Ok(objects);
            }
        }
    }
    Err(Refusal::Version)
}

/// The same at one version, or as it stands where none is given; and the version it was.
async fn list_at(
    client: &Client,
    kind: Listed,
    at: &str,
) -> Result<(String, BTreeMap<(String, String), String>), Refusal> {
    let base = format!("/apis/{}/{}?limit={PAGE}", kind.api_version, kind.plural());
    let mut next = match at {
        "" => String::new(),
        at => format!("&resourceVersion={at}&resourceVersionMatch=Exact"),
    };
    let mut objects = BTreeMap::new();
    loop {
        let Page { metadata, items } = page(client, kind, &format!("{base}{next}")).await?;
        for mut item in items {
            strip(&mut item, kind);
            let text = |key: &str| item["metadata"][key].as_str().unwrap_or_default().to_owned();
            objects.insert((text("namespace"), text("name")), item.to_string());
        }
        if metadata.r#continue.is_empty() {
            return Ok((metadata.resource_version, objects));
        }
        next = format!("&continue={}", escaped(&metadata.r#continue));
    }
}

async fn page(client: &Client, kind: Listed, uri: &str) -> Result<Page, Refusal> {
    let request = http::Request::get(uri).header(http::header::ACCEPT, "application/json").body(Vec::new());
    let request = request.map_err(|problem| Refusal::Hub(problem.to_string()))?;
    match timeout(PAGE_TIME, client.request::<Page>(request)).await {
        Ok(answer) => answer.map_err(|problem| refusal(kind, uri, &problem)),
        Err(_) => Err(Refusal::Hub(format!("no answer within {} seconds", PAGE_TIME.as_secs()))),
    }
}

fn refusal(kind: Listed, uri: &str, problem: &kube::Error) -> Refusal {
    let kube::Error::Api(status) = problem else { return Refusal::Hub(told(problem).to_string()) };
    let (plural, message) = (kind.plural(), &status.message);
    match status.code {
        401 => Refusal::Hub(format!("the hub does not know these credentials: {message}")),
        403 => Refusal::Kind(format!(
            "{plural} may not be listed: {message}; what is needed is `list` on `{}` in a ClusterRole",
            kind.resource()
        )),
        404 => Refusal::Kind(format!(
            "{plural} are not served in {}: is Open Cluster Management installed on this hub?",
            kind.api_version
        )),
        410 => Refusal::Version,
        // A server that keeps the kind in another store than the first one.
        400 | 500 | 504 if uri.contains("resourceVersion=") => Refusal::Version,
        code => Refusal::Hub(format!("{plural} cannot be listed: {code}: {message}")),
    }
}

/// Fills in what lists may leave out, and takes out what nobody reads here.
fn strip(object: &mut Value, kind: Listed) {
    let Some(fields) = object.as_object_mut() else { return };
    fields.entry("apiVersion").or_insert_with(|| kind.api_version.into());
    fields.entry("kind").or_insert_with(|| kind.kind.into());
    let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    metadata.remove("managedFields");
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove(LAST_APPLIED);
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
}

/// A token as part of a query.
fn escaped(token: &str) -> String {
    let mut out = String::with_capacity(token.len());
    for byte in token.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests;
