//! A placement as the engine knows it: what the user asked for, section by section.
//!
//! The spec reports mistakes late and apart (PRED-1, TAINT-1, GRP-14), so each section that can be wrong is a `Result`
//! of its own, parsed once at the border and reported only by the stage that needs it.

use std::fmt;

use kube_text::Time;

use crate::{Misconfigured, Selector, Symbol, Warning};

/// Names a placement.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlacementKey {
    /// `metadata.namespace`.
    pub namespace: Symbol,
    /// `metadata.name`.
    pub name: Symbol,
}

impl fmt::Display for PlacementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// One Placement, parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Namespace and name.
    pub key: PlacementKey,
    /// `metadata.labels`, ascending by key, each key once.
    pub labels: Vec<(Symbol, Symbol)>,
    /// `metadata.creationTimestamp`; orders the placements of a step. Absent: before all others.
    pub created: Option<Time>,
    /// `metadata.generation`; 0 where it is not recorded.
    pub generation: i64,
    /// `metadata.deletionTimestamp` is set: left alone (SYNC-2).
    pub deleting: bool,
    /// The annotation that makes the scheduler ignore it is exactly `true` (SYNC-3).
    pub disabled: bool,
    /// Annotation `placewright.io/profile` (EXT-5); absent: the hub's profile.
    pub profile: Option<Symbol>,
    /// `spec.clusterSets`; empty: no restriction (ELIG-2).
    pub cluster_sets: Vec<Symbol>,
    /// `spec.numberOfClusters`.
    pub want: Result<Want, Misconfigured>,
    /// `spec.predicates`, ORed; empty: every cluster (PRED-1).
    pub predicates: Result<Vec<Predicate>, Misconfigured>,
    /// `spec.tolerations`.
    pub tolerations: Result<Vec<Toleration>, Misconfigured>,
    /// `spec.prioritizerPolicy`.
    pub policy: Result<PrioritizerPolicy, Misconfigured>,
    /// `spec.decisionStrategy.groupStrategy`.
    pub groups: GroupStrategy,
    /// Our own annotations and what else OCM's schema holds and upstream ignores (EXT-2, EXT-3): the problem's text.
    pub extensions: Result<Extensions, String>,
    /// What the border noticed and the profile `default` tells: fields without effect and the like.
    pub warnings: Vec<Warning>,
    /// What is recorded about earlier answers.
    pub recorded: RecordedStatus,
}

impl Placement {
    /// One as it is created with an empty spec: every cluster of every bound set, nothing tolerated.
    #[must_use]
    pub fn new(key: PlacementKey) -> Self {
        Placement {
            key,
            labels: Vec::new(),
            created: None,
            generation: 1,
            deleting: false,
            disabled: false,
            profile: None,
            cluster_sets: Vec::new(),
            want: Ok(Want::All),
            predicates: Ok(Vec::new()),
            tolerations: Ok(Vec::new()),
            policy: Ok(PrioritizerPolicy::default()),
            groups: GroupStrategy::default(),
            extensions: Ok(Extensions::default()),
            warnings: Vec::new(),
            recorded: RecordedStatus::default(),
        }
    }
}

/// How many clusters are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// `numberOfClusters` absent: every feasible cluster.
    All,
    /// At most so many.
    AtMost(u32),
}

/// One entry of `spec.predicates`: label and claim selectors ANDed (PRED-2); both absent: every cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// `requiredClusterSelector.labelSelector`.
    pub labels: Vec<Requirement>,
    /// `requiredClusterSelector.claimSelector`.
    pub claims: Vec<Requirement>,
}

/// One requirement of a selector, valid (SEL-4). `matchLabels` entries are `In` with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label key or claim name.
    pub key: Symbol,
    /// What is asked of its value.
    pub operator: Operator,
}

/// What a requirement asks of a key's value (SEL-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Present, and one of these.
    In(Vec<Symbol>),
    /// Absent, or none of these.
    NotIn(Vec<Symbol>),
    /// Present.
    Exists,
    /// Absent.
    DoesNotExist,
}

/// One entry of `spec.tolerations`, valid (TAINT-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// `key`; absent: every key.
    pub key: Option<Symbol>,
    /// How the value is compared.
    pub operator: TolerationOperator,
    /// `value`; absent is empty.
    pub value: Symbol,
    /// `effect`; absent: every effect.
    pub effect: Option<Symbol>,
    /// `tolerationSeconds`; absent: for ever.
    pub seconds: Option<i64>,
}

/// How a toleration compares values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TolerationOperator {
    /// Any value.
    Exists,
    /// The same value; also an empty operator.
    Equal,
    /// An operator nobody knows: matches nothing (TAINT-6).
    Unknown(Symbol),
}

/// `spec.prioritizerPolicy` (PRIO-1, PRIO-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrioritizerPolicy {
    /// `mode`.
    pub mode: Mode,
    /// `configurations`, in order.
    pub configurations: Vec<Configuration>,
}

impl Default for PrioritizerPolicy {
    fn default() -> Self {
        PrioritizerPolicy { mode: Mode::Additive, configurations: Vec::new() }
    }
}

/// Whether the profile's default weights take part (PRIO-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The profile's weights first, configurations override.
    Additive,
    /// Only what is configured.
    Exact,
}

/// One entry of `configurations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// What is weighed.
    pub coordinate: Result<Coordinate, IncompleteCoordinate>,
    /// It carries an `addOn` stanza and so overrides nothing but adds (PRIO-12).
    pub apart: bool,
    /// `weight`; `-10..=10` through the API, 0 switches off (PRIO-3).
    pub weight: i32,
}

/// A coordinate of another type than `BuiltIn` without its `addOn`: an error only if its weight is not 0 (PRIO-3,
/// PRIO-5). Entries with equal `type` and `builtIn` override one another like any other coordinate (PRIO-12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IncompleteCoordinate {
    /// `type`, as written.
    pub kind: Symbol,
    /// `builtIn`, as written.
    pub built_in: Symbol,
}

/// Which prioritizer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coordinate {
    /// One of the profile's own, by name.
    BuiltIn(Symbol),
    /// An AddOnPlacementScore.
    AddOn {
        /// The resource's name.
        resource: Symbol,
        /// The score's name in it.
        score: Symbol,
    },
}

impl fmt::Display for Coordinate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Coordinate::BuiltIn(name) => write!(f, "{name}"),
            Coordinate::AddOn { resource, score } => write!(f, "AddOn/{resource}/{score}"),
        }
    }
}

/// How a decision is cut into groups (GRP-1…15).
#[derive(Clone, Debug, PartialEq)]
pub struct GroupStrategy {
    /// `clustersPerDecisionGroup`.
    pub length: Result<GroupLength, Misconfigured>,
    /// `decisionGroups` up to the first invalid one, in order.
    pub rules: Vec<GroupRule>,
    /// The first invalid entry's problem: the groups before it are kept (GRP-14).
    pub invalid: Option<Misconfigured>,
}

impl Default for GroupStrategy {
    fn default() -> Self {
        GroupStrategy { length: Ok(GroupLength::Clusters(0)), rules: Vec::new(), invalid: None }
    }
}

/// How long a group may be at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GroupLength {
    /// So many clusters; 0 and negative mean all (GRP-1, GRP-4).
    Clusters(i32),
    /// That part of the selected clusters, in percent; the number before `%` in binary64 (GRP-2).
    Percent(f64),
}

/// One entry of `decisionGroups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// `groupName`.
    pub name: Symbol,
    /// `groupClusterSelector`.
    pub selector: Predicate,
}

/// What the annotations `placewright.io/…` ask for, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// At least one such annotation or one spread constraint is set, so `PolicyValid` is told (EXT-3).
    pub present: bool,
    /// Annotation `placewright.io/filters`: filters that are asked for by name, in order, each once.
    pub filters: Vec<PluginRef>,
}

/// A plugin under one of its settings documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PluginRef {
    /// The plugin's name.
    pub plugin: Symbol,
    /// The settings document's.
    pub settings: Symbol,
}

impl PluginRef {
    /// What the resource name of a coordinate starts with that means a plugin from outside. No AddOnPlacementScore can be
    /// called so.
    pub const PREFIX: &str = "wasm:";
    /// The settings document that is meant where none is named.
    pub const DEFAULT_SETTINGS: &str = "default";
}

impl fmt::Display for PluginRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.plugin, self.settings)
    }
}

/// What an earlier answer left in the Placement's status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedStatus {
    /// `status` holds upstream's conditions: the placement was answered before.
    pub answered: bool,
    /// `observedGeneration` of a condition `placewright.io/Stale` that is True: which generation is still served.
    pub stale_since: Option<i64>,
}

impl Placement {
    /// The coordinates that it configures, with whatever weight.
    pub fn coordinates(&self) -> impl Iterator<Item = &Coordinate> {
        let configurations = self.policy.iter().flat_map(|policy| &policy.configurations);
        configurations.filter_map(|configuration| configuration.coordinate.as_ref().ok())
    }

    /// The value of a label. O(log labels).
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&Symbol> {
        let at = self.labels.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        Some(&self.labels[at].1)
    }

    /// Whether it asks for the same, so that what was compiled for one serves the other: they differ in what was noticed and
    /// recorded only.
    pub(crate) fn compiles_like(&self, other: &Placement) -> bool {
        let same = Placement {
            generation: other.generation,
            warnings: other.warnings.clone(),
            recorded: other.recorded.clone(),
            ..self.clone()
        };
        same == *other
    }
}

impl Predicate {
    /// The selector of clusters that satisfy both parts.
    #[must_use]
    pub fn selector(&self) -> Selector {
        let labels = self.labels.iter().map(|r| r.selector(crate::Source::Label));
        let claims = self.claims.iter().map(|r| r.selector(crate::Source::Claim));
        Selector::And(labels.chain(claims).collect())
    }
}

impl Requirement {
    /// Whether a value, or none, is what is required (SEL-2).
    #[must_use]
    pub fn is_met_by(&self, value: Option<&Symbol>) -> bool {
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(value)),
            Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    /// The selector of clusters that satisfy this requirement in the column that `source` makes of its key (SEL-2).
    #[must_use]
    pub fn selector(&self, source: impl Fn(Symbol) -> crate::Source) -> Selector {
        let column = source(self.key.clone());
        match &self.operator {
            Operator::In(values) => Selector::In(column, values.clone()),
            Operator::NotIn(values) => Selector::Not(Box::new(Selector::In(column, values.clone()))),
            Operator::Exists => Selector::Has(column),
            Operator::DoesNotExist => Selector::Not(Box::new(Selector::Has(column))),
        }
    }
}
