//! Objects as they come out of a document: typed, checked, of today's version, with the line they stand on.

use std::fmt;

use super::Place;
use crate::kinds::{
    AddOnPlacementScore, ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, ObjectMeta, Placement,
    PlacementDecision, Resource,
};

/// One object that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Where it starts.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// An object of one of the kinds that placement is about. Older versions are converted, namespaces filled in, defaults
/// applied.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Which clusters are wanted.
    Placement(Box<Placement>),
    /// A slice of what was decided.
    PlacementDecision(Box<PlacementDecision>),
    /// A cluster.
    ManagedCluster(Box<ManagedCluster>),
    /// A part of the fleet.
    ManagedClusterSet(Box<ManagedClusterSet>),
    /// Lets a namespace use a set.
    ManagedClusterSetBinding(Box<ManagedClusterSetBinding>),
    /// Scores of one cluster.
    AddOnPlacementScore(Box<AddOnPlacementScore>),
}

/// What no two objects share. `Display` is how notices name an object: `Placement ns1/p`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// The kind's name.
    pub kind: &'static str,
    /// Empty for kinds without namespaces.
    pub namespace: String,
    /// The object's name.
    pub name: String,
}

impl Kind {
    /// The kind's name and the object's namespace and name.
    pub fn key(&self) -> ObjectKey {
        let ObjectMeta { namespace, name, .. } = self.metadata();
        ObjectKey { kind: self.kind(), namespace: namespace.clone(), name: name.clone() }
    }

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Kind::Placement(_) => Placement::KIND,
            Kind::PlacementDecision(_) => PlacementDecision::KIND,
            Kind::ManagedCluster(_) => ManagedCluster::KIND,
            Kind::ManagedClusterSet(_) => ManagedClusterSet::KIND,
            Kind::ManagedClusterSetBinding(_) => ManagedClusterSetBinding::KIND,
            Kind::AddOnPlacementScore(_) => AddOnPlacementScore::KIND,
        }
    }

    /// The object's metadata.
    pub fn metadata(&self) -> &ObjectMeta {
        match self {
            Kind::Placement(object) => &object.metadata,
            Kind::PlacementDecision(object) => &object.metadata,
            Kind::ManagedCluster(object) => &object.metadata,
            Kind::ManagedClusterSet(object) => &object.metadata,
            Kind::ManagedClusterSetBinding(object) => &object.metadata,
            Kind::AddOnPlacementScore(object) => &object.metadata,
        }
    }

    pub(super) fn metadata_mut(&mut self) -> &mut ObjectMeta {
        match self {
            Kind::Placement(object) => &mut object.metadata,
            Kind::PlacementDecision(object) => &mut object.metadata,
            Kind::ManagedCluster(object) => &mut object.metadata,
            Kind::ManagedClusterSet(object) => &mut object.metadata,
            Kind::ManagedClusterSetBinding(object) => &mut object.metadata,
            Kind::AddOnPlacementScore(object) => &mut object.metadata,
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{} {}", self.kind, self.name)
        } else {
            write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}
