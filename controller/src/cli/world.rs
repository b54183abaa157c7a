//! The input as the commands need it: an index that has been told every fact, and the recorded objects.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use api::bind::Recorded;
use api::facts::{self, PLACEMENT_LABEL, Problem};
use api::kinds::{Placement, PlacementDecision, Text};
use api::read::{Kind, Object, Options, read_with};
use kube_text::Time;
use scheduler_core::{Difference, Fact, Index, PlacementKey, Profiles, Symbol};

use super::args::Source;
use super::input;
use super::notice::{Notice, Notices, Place, Severity};
use super::progress::Progress;
use super::scope::Known;

/// Everything that was read.
pub(super) struct World {
    /// Knows every fact.
    pub index: Index,
    /// The namespace that is meant where none is given; absent: all.
    pub namespace: Option<String>,
    /// The placements as recorded.
    pub placements: BTreeMap<PlacementKey, Typed>,
    /// The names of all clusters, as they came: who needs their order sorts them, which misses the cache at each step.
    pub clusters: Vec<Symbol>,
    /// Taints whose `timeAdded` lies ahead of `now` (OUT-6).
    pub ahead: Vec<Ahead>,
    /// Score resources of which some end.
    pub ending: BTreeSet<Symbol>,
    /// The hub's profile knows what goes beyond upstream.
    extended: bool,
    /// Slices by namespace and each placement they may concern.
    slices: BTreeMap<(String, String), Vec<PlacementDecision>>,
}

/// A taint that was added in the future.
pub(super) struct Ahead {
    pub cluster: Symbol,
    /// Its key.
    pub taint: Symbol,
    pub at: Time,
    /// Where the cluster stands.
    pub place: Place,
}

/// A Placement as a user typed it.
pub(super) struct Typed {
    /// Where.
    pub place: Place,
    /// What.
    pub object: Box<Placement>,
    /// The profile it chooses (EXT-5).
    pub profile: Option<Symbol>,
}

/// One object, made into what is kept of it where it was read.
pub(super) struct Part {
    /// What it states.
    pub fact: Fact,
    place: Place,
    problems: Vec<Problem>,
    object: Option<Kind>,
}

impl Part {
    /// The fact an object is, what had to be left out of it, and the object where it is needed again.
    pub fn new(object: Object) -> Part {
        let Object { place, kind } = object;
        let (fact, problems) = facts::fact(&kind);
        let object = matches!(kind, Kind::Placement(_) | Kind::PlacementDecision(_)).then_some(kind);
        Part { fact, place, problems, object }
    }

    /// Notes what had to be left out of it. `extended`: the hub's profile knows what goes beyond upstream.
    pub fn tell(&self, extended: bool, notices: &mut Notices) {
        for problem in self.problems.iter().filter(|problem| extended || !is_extension(problem)) {
            let severity = match problem.severity() {
                facts::Severity::Error => Severity::Error,
                facts::Severity::Warning => Severity::Warning,
            };
            let (place, object) = (Some(self.place.clone()), Some(name_of(&self.fact)));
            notices.add(Notice { severity, place, object, path: None, text: problem.to_string() });
        }
    }
}

impl World {
    /// Reads files and folders or a hub; `None` where one of them is missing.
    pub fn read(
        source: &Source,
        max_input: u64,
        profiles: Profiles,
        now: Time,
        notices: &mut Notices,
    ) -> Option<World> {
        let mut found = input::find(source, notices)?;
        let namespace = found.namespace.take();
        let progress = Progress::new("reading");
        let unreadable = RefCell::default();
        let read = read_with(found.load(&unreadable), &Options { max_input }, Part::new);
        drop(progress);
        read.notices.into_iter().chain(unreadable.into_inner()).for_each(|notice| notices.add(notice));
        let extended = is_extended(&profiles);
        let mut world = World {
            index: Index::new(profiles),
            namespace,
            extended,
            placements: BTreeMap::new(),
            clusters: Vec::new(),
            ahead: Vec::new(),
            ending: BTreeSet::new(),
            slices: BTreeMap::new(),
        };
        for part in read.objects {
            world.add(part, now, notices);
        }
        Some(world)
    }

    fn add(&mut self, part: Part, now: Time, notices: &mut Notices) {
        part.tell(self.extended, notices);
        let Part { fact, place, object, .. } = part;
        match &fact {
            Fact::Cluster(cluster) => {
                self.clusters.push(cluster.name.clone());
                for taint in &cluster.taints {
                    if let Some(at) = taint.time_added.filter(|at| *at > now) {
                        let (cluster, taint, place) = (cluster.name.clone(), taint.key.clone(), place.clone());
                        self.ahead.push(Ahead { cluster, taint, at, place });
                    }
                }
            }
            Fact::Score(score) if score.valid_until.is_some() => {
                self.ending.insert(score.name.clone());
            }
            _ => {}
        }
        match (object, &fact) {
            (Some(Kind::Placement(object)), Fact::Placement(placement)) => {
                let profile = placement.profile.clone();
                self.placements.insert(placement.key.clone(), Typed { place, object, profile });
            }
            (Some(Kind::PlacementDecision(slice)), _) => self.keep_slice(&slice),
            _ => {}
        }
        self.index.apply(fact);
    }

    /// A slice concerns the placement its label names, and the one that would give it its name.
    fn keep_slice(&mut self, slice: &PlacementDecision) {
        let by_label = slice.metadata.labels.get(PLACEMENT_LABEL).map(Text::as_str);
        let by_name = slice.metadata.name.rsplit_once("-decision-").map(|(placement, _)| placement);
        let concerned: BTreeSet<&str> = by_label.into_iter().chain(by_name).collect();
        for placement in concerned {
            let key = (slice.metadata.namespace.clone(), placement.to_owned());
            self.slices.entry(key).or_default().push(slice.clone());
        }
    }

    /// All placements, each with its labels.
    pub fn known(&self) -> Known<'_> {
        self.placements.iter().map(|(key, typed)| (key, &typed.object.metadata.labels)).collect()
    }

    /// What stands for a placement; nothing for one that is not in the input.
    pub fn recorded(&self, key: &PlacementKey) -> Recorded {
        let placement = self.placements.get(key).map(|typed| (*typed.object).clone()).unwrap_or_default();
        let slices = self.slices.get(&(key.namespace.to_string(), key.name.to_string())).into_iter().flatten();
        Recorded::new(placement, slices.cloned())
    }

    /// Whether the answer for a placement depends on the time at all (OUT-3).
    pub fn looks_at_the_clock(&self, key: &PlacementKey) -> bool {
        let Some(typed) = self.placements.get(key) else { return false };
        let spec = &typed.object.spec;
        let add_ons = spec.prioritizer_policy.configurations.iter().filter_map(|c| c.score_coordinate.add_on.as_ref());
        spec.tolerations.iter().any(|toleration| toleration.toleration_seconds.is_some())
            || add_ons.into_iter().any(|add_on| self.ending.contains(add_on.resource_name.as_str()))
    }
}

/// Whether the hub's profile knows what goes beyond upstream.
pub(super) fn is_extended(profiles: &Profiles) -> bool {
    profiles.named.get(&profiles.default).is_some_and(|profile| profile.differences.has(Difference::Ext))
}

/// Whether a problem exists only where there is more than upstream has.
fn is_extension(problem: &Problem) -> bool {
    matches!(problem, Problem::PreferNoSelect { .. })
}

fn name_of(fact: &Fact) -> String {
    match fact {
        Fact::Cluster(cluster) => format!("ManagedCluster {}", cluster.name),
        Fact::Set(set) => format!("ManagedClusterSet {}", set.name),
        Fact::Binding(binding) => format!("ManagedClusterSetBinding {}/{}", binding.namespace, binding.name),
        Fact::Placement(placement) => format!("Placement {}", placement.key),
        Fact::Slice(slice) => format!("PlacementDecision {}/{}", slice.namespace, slice.name),
        Fact::Score(score) => format!("AddOnPlacementScore {}/{}", score.cluster, score.name),
    }
}
