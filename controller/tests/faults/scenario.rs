//! A scenario: what is on a hub, what happens to it, what must come of it without faults.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hub::double::{Double, Key, Resource};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Where objects live that do not say.
pub const NAMESPACE: &str = "ns";

/// One file of `testkit/hub/scenarios`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The file's name.
    #[serde(skip)]
    pub name: String,
    /// What it is about.
    #[expect(dead_code, reason = "said for readers of the file")]
    why: String,
    /// The profile that holds at the end.
    #[serde(default = "default_profile")]
    pub profile: String,
    /// A set `global` of all clusters, bound in the namespace, is there.
    #[serde(default = "yes")]
    bound: bool,
    start: Step,
    then: Vec<Step>,
    /// By placement, at the end of a run without faults.
    pub expect: BTreeMap<String, Expect>,
}

/// What must come of a placement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Clusters by slice, in the order of names.
    pub slices: Vec<usize>,
    /// The reason of the condition `PlacementSatisfied`; absent: there is none.
    pub reason: Option<String>,
}

fn default_profile() -> String {
    "default".to_owned()
}

fn yes() -> bool {
    true
}

/// Changes that come at once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Step {
    clusters: Vec<Clusters>,
    /// Merge patches, by kind and name; what is not there is created.
    put: Vec<Value>,
    remove: Vec<Named>,
    /// Seconds that pass afterwards, besides what it takes to settle.
    wait: u64,
    /// The next step comes before this one has settled.
    rush: bool,
}

/// Clusters of which only the number differs: `c001`, `c002`, …
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clusters {
    from: u32,
    to: u32,
    #[serde(default)]
    remove: bool,
    /// The rest of the object.
    #[serde(default)]
    with: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    kind: String,
    name: String,
    namespace: Option<String>,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A merge patch, or a new object.
    Put(Value),
    /// A deletion.
    Remove(Key),
}

impl Scenario {
    /// All of them, in the order of names.
    pub fn all() -> Vec<Scenario> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/hub/scenarios");
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| Scenario::read(file)).collect()
    }

    fn read(file: &std::path::Path) -> Scenario {
        let text = std::fs::read_to_string(file).unwrap();
        let scenario: Scenario = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        Scenario { name: file.file_stem().unwrap().to_string_lossy().into_owned(), ..scenario }
    }

    /// What is there before the controller is.
    pub fn start(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.bound {
            let everybody = json!({ "clusterSelector": { "selectorType": "LabelSelector", "labelSelector": {} } });
            changes.push(put(json!({ "kind": "ManagedClusterSet", "name": "global", "spec": everybody })));
            let spec = json!({ "clusterSet": "global" });
            changes.push(put(json!({ "kind": "ManagedClusterSetBinding", "name": "global", "spec": spec })));
        }
        changes.extend(self.start.changes());
        changes
    }

    /// The steps: changes, and the seconds that pass afterwards; `None` where the next one comes at once.
    pub fn steps(&self) -> impl Iterator<Item = (Vec<Change>, Option<u64>)> {
        self.then.iter().map(|step| (step.changes(), (!step.rush).then_some(step.wait)))
    }
}

impl Step {
    fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for block in &self.clusters {
            for number in block.from..=block.to {
                let name = format!("c{number:03}");
                if block.remove {
                    changes.push(Change::Remove(Key::new(Resource::ManagedClusters, "", &name)));
                    continue;
                }
                let mut object = block.with.clone();
                object.insert("kind".to_owned(), "ManagedCluster".into());
                object.insert("name".to_owned(), name.into());
                changes.push(put(Value::Object(object)));
            }
        }
        changes.extend(self.put.iter().cloned().map(put));
        changes.extend(self.remove.iter().map(|named| {
            let resource = Resource::of_kind(&named.kind).unwrap();
            let namespace =
                named.namespace.as_deref().unwrap_or(if resource.served().namespaced { NAMESPACE } else { "" });
            Change::Remove(Key::new(resource, namespace, &named.name))
        }));
        changes
    }
}

/// The object of a short form: name, namespace, labels, annotations and finalizers stand at the top there.
fn put(mut short: Value) -> Change {
    let kind = short["kind"].as_str().unwrap().to_owned();
    let served = Resource::of_kind(&kind).unwrap().served();
    let mut metadata = Map::new();
    let fields = short.as_object_mut().unwrap();
    for field in ["name", "namespace", "labels", "annotations", "finalizers"] {
        metadata.extend(fields.remove_entry(field));
    }
    if served.namespaced {
        metadata.entry("namespace").or_insert(NAMESPACE.into());
    }
    short["apiVersion"] = served.api_version().into();
    short["metadata"] = Value::Object(metadata);
    Change::Put(short)
}

impl Change {
    /// Does it.
    pub fn apply(&self, double: &Double) {
        // A fault may have deleted what is to be changed or removed: then there is nothing to do.
        match self {
            Change::Put(object) => drop(double.put("user", object)),
            Change::Remove(key) => drop(double.remove("user", key)),
        }
    }
}
