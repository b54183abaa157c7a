//! Profiles: which plugins run with which weights, and which deliberate differences from upstream are on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Coordinate, Placement, Plugin, Symbol};

/// Plugins, default weights of mode Additive, deliberate differences.
#[derive(Clone)]
pub struct Profile {
    /// In order: filters run in it (FLOW-1), and the first plugin that answers for a coordinate wins it.
    pub plugins: Vec<Arc<dyn Plugin>>,
    /// The weights that mode Additive starts with (PRIO-1).
    pub weights: Vec<(Coordinate, i32)>,
    /// Which differences are on.
    pub differences: Differences,
}

impl Profile {
    /// No plugins, no weights, no differences.
    pub(crate) const EMPTY: Profile =
        Profile { plugins: Vec::new(), weights: Vec::new(), differences: Differences::NONE };
}

impl Profile {
    /// Whether it decides a placement as another does: the same weights and differences, and the very same plugins where
    /// they concern it.
    pub(crate) fn decides_like(&self, other: &Profile, placement: &Placement) -> bool {
        // What a profile adds to every placement no placement asks for.
        let adds = self.weights.iter().any(|(coordinate, _)| matches!(coordinate, Coordinate::AddOn { .. }));
        let concerned = |profile: &Profile| {
            let plugins = profile.plugins.iter().filter(|plugin| adds || plugin.concerns(placement));
            plugins.map(|plugin| Arc::as_ptr(plugin).cast::<()>()).collect::<Vec<_>>()
        };
        self.weights == other.weights && self.differences == other.differences && concerned(self) == concerned(other)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plugins: Vec<&str> = self.plugins.iter().map(|p| p.name()).collect();
        f.debug_struct("Profile")
            .field("plugins", &plugins)
            .field("weights", &self.weights)
            .field("differences", &self.differences)
            .finish()
    }
}

/// The profiles of one hub, by name.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// The name of the one that decides where a placement does not choose (EXT-5). Must be in `named`.
    pub default: Symbol,
    /// All of them.
    pub named: BTreeMap<Symbol, Profile>,
}

impl Profiles {
    /// The profile that decides for a placement (EXT-5); an unknown name is reported by the pass.
    pub(crate) fn of(&self, placement: &Placement) -> &Profile {
        let chosen = placement.profile.as_ref().and_then(|name| self.named.get(name));
        let fallback = || self.named.get(&self.default);
        chosen.or_else(fallback).unwrap_or(const { &Profile::EMPTY })
    }
}

/// A deliberate difference from upstream: an id, a switch, a reason (design §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// GUARD-1 for errors of the scheduling stages: the recorded decisions stay.
    Q3,
    /// GUARD-1 for an invalid `clustersPerDecisionGroup`.
    Q4,
    /// GUARD-1 for an invalid selector of a decision group.
    Q5,
    /// Slices that gain clusters are written before those that lose them (C18).
    Q17,
    /// `tolerationSeconds` beyond 64-bit nanoseconds saturates.
    Q18,
    /// A slice that somebody else controls is not adopted.
    Q23,
    /// Labels and status of a slice are written in one go.
    Q24,
    /// Foreign labels of slices survive.
    C17,
    /// Nothing is decided anew every 10 minutes.
    Trig10,
    /// Our annotations and conditions exist (EXT-1 to EXT-5).
    Ext,
}

impl Difference {
    /// All of them.
    pub const ALL: [Difference; 10] = [
        Difference::Q3,
        Difference::Q4,
        Difference::Q5,
        Difference::Q17,
        Difference::Q18,
        Difference::Q23,
        Difference::Q24,
        Difference::C17,
        Difference::Trig10,
        Difference::Ext,
    ];

    /// The id by which a profile document switches it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Difference::Q3 => "Q3",
            Difference::Q4 => "Q4",
            Difference::Q5 => "Q5",
            Difference::Q17 => "Q17",
            Difference::Q18 => "Q18",
            Difference::Q23 => "Q23",
            Difference::Q24 => "Q24",
            Difference::C17 => "C17",
            Difference::Trig10 => "TRIG-10",
            Difference::Ext => "EXT",
        }
    }

    /// Why the default profile differs, in a sentence for users.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Difference::Q3 => "a mistake in a Placement never removes clusters: upstream empties the decisions",
            Difference::Q4 => {
                "a mistake in clustersPerDecisionGroup never removes clusters: upstream deletes every slice"
            }
            Difference::Q5 => {
                "a mistake in a decision group never removes clusters: upstream deletes the slices behind it"
            }
            Difference::Q17 => "a cluster that moves between slices is in one of them at every moment",
            Difference::Q18 => "a toleration of more than 292 years does not end at once",
            Difference::Q23 => "a slice that another controller owns is not taken over",
            Difference::Q24 => "labels and status of a slice are right after one pass, not two",
            Difference::C17 => "labels that others put on slices survive",
            Difference::Trig10 => {
                "nothing moves without a changed input: upstream decides everything anew every 10 minutes"
            }
            Difference::Ext => "annotations placewright.io/… and conditions of ours exist",
        }
    }
}

/// The differences that are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differences(u16);

impl Differences {
    /// None: as upstream.
    pub const NONE: Differences = Differences(0);

    /// All: the default profile.
    #[must_use]
    pub fn all() -> Self {
        Difference::ALL.into_iter().fold(Differences::NONE, |on, d| on.with(d, true))
    }

    /// The same with one of them switched.
    #[must_use]
    pub fn with(self, difference: Difference, on: bool) -> Self {
        let bit = 1 << difference as u16;
        Differences(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether it is on.
    #[must_use]
    pub fn has(self, difference: Difference) -> bool {
        self.0 & (1 << difference as u16) != 0
    }
}
