//! What a plugin asks for: inputs by where they come from, and what the host makes of the scores.

use crate::{Encoding, Input, Normalization, Plan, Source};

impl Input {
    /// The cluster's name.
    #[must_use]
    pub fn name() -> Input {
        Input::texts(Source::Name)
    }

    /// The value of a label.
    #[must_use]
    pub fn label(key: &str) -> Input {
        Input::texts(Source::Label(key.to_owned()))
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(key: &str) -> Input {
        Input::texts(Source::Annotation(key.to_owned()))
    }

    /// The value of a cluster claim.
    #[must_use]
    pub fn claim(name: &str) -> Input {
        Input::texts(Source::Claim(name.to_owned()))
    }

    /// The taint with this key, as `value:Effect`.
    #[must_use]
    pub fn taint(key: &str) -> Input {
        Input::texts(Source::Taint(key.to_owned()))
    }

    /// The status of a condition: `True`, `False` or `Unknown`.
    #[must_use]
    pub fn condition(kind: &str) -> Input {
        Input::texts(Source::Condition(kind.to_owned()))
    }

    /// What can be allocated of a resource: cpu in cores, all else in its base unit. 0 where a cluster tells nothing.
    #[must_use]
    pub fn allocatable(resource: &str) -> Input {
        Input::numbers(Source::Allocatable(resource.to_owned()))
    }

    /// What there is of a resource, in the same units.
    #[must_use]
    pub fn capacity(resource: &str) -> Input {
        Input::numbers(Source::Capacity(resource.to_owned()))
    }

    /// A score of an AddOnPlacementScore that has not expired.
    #[must_use]
    pub fn add_on_score(resource: &str, score: &str) -> Input {
        Input::numbers(Source::AddonScore((resource.to_owned(), score.to_owned())))
    }

    /// 1 where the placement's standing decision holds the cluster, else 0.
    #[must_use]
    pub fn selected() -> Input {
        Input::numbers(Source::Selected)
    }

    /// How many decisions of all placements together hold the cluster.
    #[must_use]
    pub fn decisions() -> Input {
        Input::numbers(Source::Decisions)
    }

    /// The same with another number where a cluster has none. Texts have "" there, whatever is said here.
    #[must_use]
    pub fn or(self, absent: f64) -> Input {
        Input { absent, ..self }
    }

    fn texts(source: Source) -> Input {
        Input { source, encoding: Encoding::Texts, absent: 0.0 }
    }

    fn numbers(source: Source) -> Input {
        Input { source, encoding: Encoding::Numbers, absent: 0.0 }
    }
}

impl Plan {
    /// A plugin whose answer for a row hangs on that row alone. It may be asked in pieces, and again for no more than
    /// what changed.
    #[must_use]
    pub fn by_row(inputs: impl IntoIterator<Item = Input>) -> Plan {
        Plan { inputs: inputs.into_iter().collect(), normalization: Normalization::Clamp, row_local: true }
    }

    /// A plugin that compares clusters with each other: every call has all that are left.
    #[must_use]
    pub fn by_fleet(inputs: impl IntoIterator<Item = Input>) -> Plan {
        Plan { row_local: false, ..Plan::by_row(inputs) }
    }

    /// Scores are stretched: the smallest becomes -100, the largest 100. By default they are rounded and cut off there.
    #[must_use]
    pub fn min_max(self) -> Plan {
        Plan { normalization: Normalization::MinMax, ..self }
    }

    /// As [`Plan::min_max`], with the smallest at 100.
    #[must_use]
    pub fn min_max_reversed(self) -> Plan {
        Plan { normalization: Normalization::MinMaxReversed, ..self }
    }
}
