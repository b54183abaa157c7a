//! What the double serves, and how each of it behaves.

/// A served resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `placements`.
    Placements,
    /// `placementdecisions`.
    PlacementDecisions,
    /// `managedclusters`.
    ManagedClusters,
    /// `managedclustersets`.
    ManagedClusterSets,
    /// `managedclustersetbindings`.
    ManagedClusterSetBindings,
    /// `addonplacementscores`.
    AddOnPlacementScores,
    /// `leases`.
    Leases,
    /// `configmaps`.
    ConfigMaps,
    /// `events` of `events.k8s.io`.
    Events,
}

/// How a resource is served.
#[derive(Debug)]
pub struct Served {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// As in paths.
    pub plural: &'static str,
    /// As in objects.
    pub kind: &'static str,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Whether `/status` is a resource of its own, so that main writes leave the status alone and the other way round.
    pub status: bool,
    /// Whether it is a custom resource: those count their generations.
    pub custom: bool,
}

const GROUP: &str = "cluster.open-cluster-management.io";

const fn custom(version: &'static str, plural: &'static str, kind: &'static str, namespaced: bool) -> Served {
    Served { group: GROUP, version, plural, kind, namespaced, status: true, custom: true }
}

const fn built_in(group: &'static str, plural: &'static str, kind: &'static str) -> Served {
    Served { group, version: "v1", plural, kind, namespaced: true, status: false, custom: false }
}

static SERVED: [(Resource, Served); 9] = [
    (Resource::Placements, custom("v1beta1", "placements", "Placement", true)),
    (Resource::PlacementDecisions, custom("v1beta1", "placementdecisions", "PlacementDecision", true)),
    (Resource::ManagedClusters, custom("v1", "managedclusters", "ManagedCluster", false)),
    (Resource::ManagedClusterSets, custom("v1beta2", "managedclustersets", "ManagedClusterSet", false)),
    (
        Resource::ManagedClusterSetBindings,
        custom("v1beta2", "managedclustersetbindings", "ManagedClusterSetBinding", true),
    ),
    (Resource::AddOnPlacementScores, custom("v1alpha1", "addonplacementscores", "AddOnPlacementScore", true)),
    (Resource::Leases, built_in("coordination.k8s.io", "leases", "Lease")),
    (Resource::ConfigMaps, built_in("", "configmaps", "ConfigMap")),
    (Resource::Events, built_in("events.k8s.io", "events", "Event")),
];

impl Resource {
    /// How it is served.
    #[must_use]
    pub fn served(self) -> &'static Served {
        &SERVED[self as usize].1
    }

    /// The resource of a path.
    #[must_use]
    pub fn at(group: &str, version: &str, plural: &str) -> Option<Resource> {
        let here = |s: &Served| s.group == group && s.version == version && s.plural == plural;
        SERVED.iter().find(|(_, served)| here(served)).map(|(resource, _)| *resource)
    }

    /// The resource of an object's kind.
    #[must_use]
    pub fn of_kind(kind: &str) -> Option<Resource> {
        SERVED.iter().find(|(_, served)| served.kind == kind).map(|(resource, _)| *resource)
    }
}

impl Served {
    /// `apiVersion` of its objects.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// As error messages name it: `plural.group`.
    #[must_use]
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }
}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Of which resource.
    pub resource: Resource,
    /// Empty where there is none.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// The key of an object by its parts.
    #[must_use]
    pub fn new(resource: Resource, namespace: &str, name: &str) -> Key {
        Key { resource, namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_stands_at_its_own_place() {
        for (resource, served) in &SERVED {
            assert_eq!(resource.served().plural, served.plural);
            assert_eq!(Resource::at(served.group, served.version, served.plural), Some(*resource));
            assert_eq!(Resource::of_kind(served.kind), Some(*resource));
        }
    }
}
