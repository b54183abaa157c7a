//! The kinds as users type them and as an API server stores them: plain values, one file a kind, nothing checked and
//! nothing defaulted here.
//!
//! A `String` that is empty, a list or map without entries and a struct equal to its default stand for an absent field,
//! as in upstream's own types; where absent differs from zero the field is an `Option`. Times and quantities stay text:
//! `facts` parses them. Every kind also deserialises from plain JSON with `null` for any absent field, and serialises
//! with upstream's field names.

mod add_on_placement_score;
mod condition;
mod lenient;
mod managed_cluster;
mod managed_cluster_set;
mod managed_cluster_set_binding;
mod metadata;
mod placement;
mod placement_decision;
mod selector;
mod text;

pub use add_on_placement_score::{AddOnPlacementScore, AddOnPlacementScoreStatus, ScoreItem};
pub use condition::Condition;
pub use managed_cluster::{
    ClientConfig, ClusterClaim, ClusterVersion, ManagedCluster, ManagedClusterSpec, ManagedClusterStatus,
    ManagedNamespace, Taint,
};
pub use managed_cluster_set::{
    ManagedClusterSet, ManagedClusterSetSpec, ManagedClusterSetStatus, MemberSelector, NamespaceEntry,
};
pub use managed_cluster_set_binding::{
    ManagedClusterSetBinding, ManagedClusterSetBindingSpec, ManagedClusterSetBindingStatus,
};
pub use metadata::{ObjectMeta, OwnerReference};
pub use placement::{
    AddOnCoordinate, DecisionGroup, DecisionGroupStatus, DecisionStrategy, GroupStrategy, IntOrString, Placement,
    PlacementSpec, PlacementStatus, Predicate, PrioritizerConfig, PrioritizerPolicy, ScoreCoordinate, SpreadConstraint,
    SpreadPolicy, Toleration,
};
pub use placement_decision::{ClusterDecision, PlacementDecision, PlacementDecisionStatus};
pub use selector::{CelSelector, ClaimSelector, ClusterSelector, LabelSelector, Requirement};
pub use text::Text;

use serde::Serialize;

/// What all kinds have: where they are served, and their metadata.
pub trait Resource: Serialize {
    /// The served version that this type is, e.g. `cluster.open-cluster-management.io/v1`.
    const API_VERSION: &'static str;
    /// The kind's name, e.g. `ManagedCluster`.
    const KIND: &'static str;
    /// Whether objects live in namespaces.
    const NAMESPACED: bool;

    /// The object's metadata.
    fn metadata(&self) -> &ObjectMeta;
    /// The object's metadata, to change.
    fn metadata_mut(&mut self) -> &mut ObjectMeta;
    /// The object with `apiVersion` and `kind` in front, for printing.
    fn typed(&self) -> Typed<'_, Self>
    where
        Self: Sized,
    {
        Typed { api_version: Self::API_VERSION, kind: Self::KIND, object: self }
    }
}

/// An object with its `apiVersion` and `kind`: what `kubectl` would print.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Typed<'a, K> {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    object: &'a K,
}

macro_rules! resource {
    ($kind:ident, $version:literal, namespaced: $namespaced:literal) => {
        impl Resource for $kind {
            const API_VERSION: &'static str = concat!("cluster.open-cluster-management.io/", $version);
            const KIND: &'static str = stringify!($kind);
            const NAMESPACED: bool = $namespaced;

            fn metadata(&self) -> &ObjectMeta {
                &self.metadata
            }

            fn metadata_mut(&mut self) -> &mut ObjectMeta {
                &mut self.metadata
            }
        }
    };
}

resource!(Placement, "v1beta1", namespaced: true);
resource!(PlacementDecision, "v1beta1", namespaced: true);
resource!(ManagedCluster, "v1", namespaced: false);
resource!(ManagedClusterSet, "v1beta2", namespaced: false);
resource!(ManagedClusterSetBinding, "v1beta2", namespaced: true);
resource!(AddOnPlacementScore, "v1alpha1", namespaced: true);
