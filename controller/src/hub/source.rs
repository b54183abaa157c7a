//! What is watched: where each kind is served, and an object's text to what the engine needs of it.

use api::bind::Version;
use api::facts::{self, Problem};
use api::kinds::{
    AddOnPlacementScore, ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, ObjectMeta, Placement,
    PlacementDecision, Resource,
};
use api::read::Kind;
use k8s_openapi::api::core::v1::ConfigMap;
use scheduler_core::{Fact, Key, PlacementKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::sources::{Carried, LABEL, Offered};

/// The name of the ConfigMap that carries our configuration.
pub(super) const CONFIG: &str = "placewright";
/// What the collection of ConfigMaps that carry plugins is called in metrics and logs.
pub(super) const PLUGIN: &str = "WasmPlugin";
/// The key in it that holds the profile document.
const PROFILE: &str = "profile.yaml";

/// One watched collection.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The kind's name, as metrics and logs have it.
    pub kind: &'static str,
    /// Of the collection.
    pub path: String,
    /// A parameter that narrows it, e.g. `fieldSelector=…`; empty: none.
    pub only: String,
    /// Text to object.
    pub decode: fn(&str) -> serde_json::Result<Seen>,
}

/// An object's place in its collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id {
    /// Empty for kinds without namespaces.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

/// An object as a list or an event brought it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub id: Id,
    pub version: Version,
    pub body: Body,
}

/// What the engine needs of an object.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are facts")]
pub(super) enum Body {
    /// One of the six kinds.
    Fact {
        fact: Fact,
        /// What had to be left out of it.
        problems: Vec<Problem>,
        /// The object itself, where its own writes are planned from it.
        kept: Option<Kind>,
    },
    /// The ConfigMap of ours: its profile document.
    Profile(Option<String>),
    /// A ConfigMap that carries a plugin.
    Plugin(Offered),
    /// It cannot be read; why.
    Unreadable(String),
}

/// The six kinds.
pub(super) fn sources() -> Vec<Source> {
    vec![
        source::<ManagedCluster>("managedclusters", |text| seen(text, Kind::ManagedCluster)),
        source::<ManagedClusterSet>("managedclustersets", |text| seen(text, Kind::ManagedClusterSet)),
        source::<ManagedClusterSetBinding>("managedclustersetbindings", |text| {
            seen(text, Kind::ManagedClusterSetBinding)
        }),
        source::<AddOnPlacementScore>("addonplacementscores", |text| seen(text, Kind::AddOnPlacementScore)),
        source::<Placement>("placements", |text| seen(text, Kind::Placement)),
        source::<PlacementDecision>("placementdecisions", |text| seen(text, Kind::PlacementDecision)),
    ]
}

/// The ConfigMap of ours in this namespace.
pub(super) fn config(namespace: &str) -> Source {
    config_maps("ConfigMap", namespace, format!("fieldSelector=metadata.name%3D{CONFIG}"), |text| {
        seen_map(text, |map| Body::Profile(map.data.and_then(|mut data| data.remove(PROFILE))))
    })
}

/// The ConfigMaps in this namespace that carry plugins.
pub(super) fn plugins(namespace: &str) -> Source {
    let only = format!("labelSelector={}%3Dtrue", LABEL.replace('/', "%2F"));
    config_maps(PLUGIN, namespace, only, |text| {
        seen_map(text, |map| Body::Plugin(Offered::Carried(Box::new(Carried::of(map)))))
    })
}

fn config_maps(
    kind: &'static str,
    namespace: &str,
    only: String,
    decode: fn(&str) -> serde_json::Result<Seen>,
) -> Source {
    Source { kind, path: format!("/api/v1/namespaces/{namespace}/configmaps"), only, decode }
}

fn seen_map(text: &str, body: impl FnOnce(ConfigMap) -> Body) -> serde_json::Result<Seen> {
    let map: ConfigMap = serde_json::from_str(text)?;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let metadata = &map.metadata;
    let (uid, resource_version) = (text(&metadata.uid), text(&metadata.resource_version));
    let id = Id { namespace: text(&metadata.namespace), name: text(&metadata.name) };
    Ok(Seen { id, version: Version { uid, resource_version }, body: body(map) })
}

/// Where the slices of a namespace are.
pub(super) fn slices_path(namespace: &str) -> String {
    format!("/apis/{}/namespaces/{namespace}/placementdecisions", PlacementDecision::API_VERSION)
}

/// Where a placement is.
pub(super) fn placement_path(namespace: &str, name: &str) -> String {
    format!("/apis/{}/namespaces/{namespace}/placements/{name}", Placement::API_VERSION)
}

fn source<K: Resource>(plural: &str, decode: fn(&str) -> serde_json::Result<Seen>) -> Source {
    Source { kind: K::KIND, path: format!("/apis/{}/{plural}", K::API_VERSION), only: String::new(), decode }
}

fn seen<K: Resource + DeserializeOwned>(text: &str, kind: fn(Box<K>) -> Kind) -> serde_json::Result<Seen> {
    Ok(Seen::of(kind(Box::new(serde_json::from_str(text)?))))
}

impl Seen {
    /// An object of one of the six kinds.
    pub fn of(kind: Kind) -> Seen {
        let ObjectMeta { namespace, name, uid, resource_version, .. } = kind.metadata();
        let id = Id { namespace: namespace.clone(), name: name.clone() };
        let version = Version { uid: uid.clone(), resource_version: resource_version.clone() };
        let (fact, problems) = facts::fact(&kind);
        let kept = matches!(kind, Kind::Placement(_) | Kind::PlacementDecision(_)).then_some(kind);
        Seen { id, version, body: Body::Fact { fact, problems, kept } }
    }

    /// An object from its text. One that cannot be read keeps its place and version, if it has any.
    pub fn read(source: &Source, text: &str) -> Option<Seen> {
        (source.decode)(text).map_err(|why| Seen::unreadable(text, &why)).map_or_else(|unreadable| unreadable, Some)
    }

    fn unreadable(text: &str, why: &serde_json::Error) -> Option<Seen> {
        let Headed { metadata } = serde_json::from_str(text).ok()?;
        let (id, version) = metadata.split();
        Some(Seen { id, version, body: Body::Unreadable(why.to_string()) })
    }
}

impl Id {
    /// The engine's key of such an object of this kind; `None` for what the engine does not know.
    pub fn key(&self, kind: &str) -> Option<Key> {
        let (namespace, name) = (self.namespace.as_str().into(), self.name.as_str().into());
        Some(match kind {
            ManagedCluster::KIND => Key::Cluster(name),
            ManagedClusterSet::KIND => Key::Set(name),
            ManagedClusterSetBinding::KIND => Key::Binding(namespace, name),
            AddOnPlacementScore::KIND => Key::Score(namespace, name),
            Placement::KIND => Key::Placement(PlacementKey { namespace, name }),
            PlacementDecision::KIND => Key::Slice(namespace, name),
            _ => return None,
        })
    }
}

/// An object of which only the metadata counts.
#[derive(Debug, Deserialize)]
pub(super) struct Headed {
    pub metadata: Head,
}

/// Place and version of an object, or of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Head {
    pub name: String,
    pub namespace: String,
    pub uid: String,
    pub resource_version: String,
    /// Of a list: how to ask for what comes next.
    #[serde(rename = "continue")]
    pub next: String,
    pub annotations: std::collections::BTreeMap<String, String>,
}

impl Head {
    /// As an object's place and version.
    pub fn split(self) -> (Id, Version) {
        let version = Version { uid: self.uid, resource_version: self.resource_version };
        (Id { namespace: self.namespace, name: self.name }, version)
    }
}

/// A resource version as the number it is; those of one server can be compared. 0 where it is none.
pub(super) fn number(resource_version: &str) -> u64 {
    resource_version.parse().unwrap_or(0)
}
