//! A placement and its slices as they stand on the hub.

use std::fmt;

use serde_json::Value;

/// The prefix of OCM's labels.
pub const GROUP: &str = "cluster.open-cluster-management.io";

/// A placement with its slices, in the order of their numbers.
#[derive(Clone, Debug)]
pub struct State {
    pub placement: Value,
    pub slices: Vec<Value>,
    /// What the names of the test's clusters begin with.
    pub prefix: String,
}

impl State {
    pub fn new(placement: Value, mut slices: Vec<Value>, prefix: String) -> State {
        slices.sort_by_key(|slice| {
            let name = text(&slice["metadata"]["name"]);
            name.rsplit_once('-').and_then(|(_, number)| number.parse::<u32>().ok())
        });
        State { placement, slices, prefix }
    }

    /// The clusters of each slice, without the prefix.
    pub fn decided(&self) -> Vec<Vec<&str>> {
        let short = |slice| clusters(slice).into_iter().map(|name| name.strip_prefix(&self.prefix).unwrap_or(name));
        self.slices.iter().map(|slice| short(slice).collect()).collect()
    }

    /// Whether these are the clusters of its slices, and its status says so too.
    pub fn is(&self, want: &[&[&str]]) -> bool {
        let selected = want.iter().map(|slice| slice.len() as u64).sum::<u64>();
        self.decided() == want && self.selected() == selected && self.told() == self.names()
    }

    /// The slices that the status names, group by group.
    fn told(&self) -> Vec<&str> {
        let groups = self.placement["status"]["decisionGroups"].as_array();
        let slices = groups.into_iter().flatten().flat_map(|group| group["decisions"].as_array());
        slices.flatten().map(text).collect()
    }

    /// What the status says: how many clusters are selected. 0 is absent.
    pub fn selected(&self) -> u64 {
        self.placement["status"]["numberOfSelectedClusters"].as_u64().unwrap_or(0)
    }

    /// Types, status and reasons of the conditions, in their order.
    pub fn conditions(&self) -> Vec<[&str; 3]> {
        conditions(&self.placement)
    }

    /// A label of OCM's on each slice; `None` where it is absent.
    pub fn labels(&self, name: &str) -> Vec<Option<&str>> {
        let key = format!("{GROUP}/{name}");
        self.slices.iter().map(|slice| slice["metadata"]["labels"].get(&key).and_then(Value::as_str)).collect()
    }

    /// Names of the slices.
    pub fn names(&self) -> Vec<&str> {
        self.slices.iter().map(|slice| text(&slice["metadata"]["name"])).collect()
    }

    /// The versions of all that the controller writes.
    pub fn versions(&self) -> Vec<u64> {
        self.slices.iter().chain([&self.placement]).map(version).collect()
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "slices {:?} of {:?}", self.decided(), self.names())?;
        write!(f, "status {:#}", self.placement["status"])
    }
}

/// Types, status and reasons of a placement's conditions, in their order.
pub fn conditions(placement: &Value) -> Vec<[&str; 3]> {
    let conditions = placement["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    conditions.iter().map(|condition| ["type", "status", "reason"].map(|field| text(&condition[field]))).collect()
}

/// The clusters of a slice.
pub fn clusters(slice: &Value) -> Vec<&str> {
    let decisions = slice["status"]["decisions"].as_array().map(Vec::as_slice).unwrap_or_default();
    decisions.iter().map(|decision| text(&decision["clusterName"])).collect()
}

/// The version of an object: of one hub, a later write has a higher one, whatever the kind.
pub fn version(object: &Value) -> u64 {
    text(&object["metadata"]["resourceVersion"]).parse().unwrap()
}

/// A string, or nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
