//! What a guest wants to be given: its inputs, checked once.

use std::fmt;

use scheduler_core::Symbol;

use crate::contract::wit::placewright::placement::types as said;

/// Far more columns than a guest has a use for.
const INPUTS_MAX: usize = 256;
/// Longer than any label key, claim, resource or condition can be called.
const KEY_BYTES_MAX: usize = 512;

/// What a guest, under one settings document, wants to be given.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The columns, in the order in which every batch has them.
    pub inputs: Vec<Input>,
    /// How its raw scores become −100..100.
    pub normalization: Normalization,
    /// Whether a row's answer hangs on that row alone.
    pub row_local: bool,
}

/// One column of a plan.
#[derive(Clone, Debug)]
pub struct Input {
    /// Where the values come from.
    pub source: Source,
    /// What stands in where a cluster has no number; texts have "" there.
    pub absent: f64,
}

/// Where the values of a column come from. By this a guest is known to read this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The cluster's name.
    Name,
    /// A label.
    Label(Symbol),
    /// An annotation.
    Annotation(Symbol),
    /// A cluster claim.
    Claim(Symbol),
    /// What can be allocated of a resource.
    Allocatable(Symbol),
    /// What there is of a resource.
    Capacity(Symbol),
    /// A score of an AddOnPlacementScore: the resource's name and the score's.
    AddOnScore(Symbol, Symbol),
    /// A taint by its key, as `value:Effect`.
    Taint(Symbol),
    /// The status of a condition.
    Condition(Symbol),
    /// 1 where the placement's own decision holds the cluster.
    Selected,
    /// How many decisions hold the cluster.
    Decisions,
}

/// How a column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A number for each row.
    Numbers,
    /// A code for each row, and the text of each code.
    Texts,
}

/// How raw scores become −100..100, over all clusters that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalization {
    /// Rounded and cut off at the ends.
    Clamp,
    /// Stretched, the largest at 100.
    MinMax,
    /// Stretched, the smallest at 100.
    MinMaxReversed,
}

/// A plan that no batch can be made for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPlan {
    #[error("asks for {0} inputs and may ask for {INPUTS_MAX}")]
    Inputs(usize),
    #[error("input {at}: `{of}` can only be {}, and the plan asks for {asked}", .of.encoding())]
    Encoding { at: usize, of: Source, asked: Encoding },
    #[error("input {at}: a key has 1 to {KEY_BYTES_MAX} bytes without control characters")]
    Key { at: usize },
}

impl Source {
    /// How its values are written; there is one way for each source.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        match self {
            Source::Name
            | Source::Label(_)
            | Source::Annotation(_)
            | Source::Claim(_)
            | Source::Taint(_)
            | Source::Condition(_) => Encoding::Texts,
            Source::Allocatable(_)
            | Source::Capacity(_)
            | Source::AddOnScore(..)
            | Source::Selected
            | Source::Decisions => Encoding::Numbers,
        }
    }

    /// What tells it from others of its kind.
    fn keys(&self) -> [Option<&Symbol>; 2] {
        match self {
            Source::Name | Source::Selected | Source::Decisions => [None, None],
            Source::Label(key)
            | Source::Annotation(key)
            | Source::Claim(key)
            | Source::Allocatable(key)
            | Source::Capacity(key)
            | Source::Taint(key)
            | Source::Condition(key) => [Some(key), None],
            Source::AddOnScore(resource, score) => [Some(resource), Some(score)],
        }
    }
}

impl Plan {
    /// Takes a plan as a guest gave it.
    pub(crate) fn of(plan: said::Plan) -> Result<Plan, BadPlan> {
        if plan.inputs.len() > INPUTS_MAX {
            return Err(BadPlan::Inputs(plan.inputs.len()));
        }
        let inputs = plan.inputs.into_iter().enumerate().map(|(at, input)| Input::of(at, input));
        Ok(Plan {
            inputs: inputs.collect::<Result<_, _>>()?,
            normalization: match plan.normalization {
                said::Normalization::Clamp => Normalization::Clamp,
                said::Normalization::MinMax => Normalization::MinMax,
                said::Normalization::MinMaxReversed => Normalization::MinMaxReversed,
            },
            row_local: plan.row_local,
        })
    }
}

impl Input {
    fn of(at: usize, input: said::Input) -> Result<Input, BadPlan> {
        let source = Source::of(input.source);
        let asked = match input.encoding {
            said::Encoding::Numbers => Encoding::Numbers,
            said::Encoding::Texts => Encoding::Texts,
        };
        let fits = |key: &&Symbol| (1..=KEY_BYTES_MAX).contains(&key.len()) && !key.chars().any(char::is_control);
        if !source.keys().iter().flatten().all(fits) {
            Err(BadPlan::Key { at })
        } else if asked != source.encoding() {
            Err(BadPlan::Encoding { at, of: source, asked })
        } else {
            Ok(Input { source, absent: input.absent })
        }
    }
}

impl Source {
    fn of(source: said::Source) -> Source {
        match source {
            said::Source::Name => Source::Name,
            said::Source::Label(key) => Source::Label(key.into()),
            said::Source::Annotation(key) => Source::Annotation(key.into()),
            said::Source::Claim(name) => Source::Claim(name.into()),
            said::Source::Allocatable(resource) => Source::Allocatable(resource.into()),
            said::Source::Capacity(resource) => Source::Capacity(resource.into()),
            said::Source::AddonScore((resource, score)) => Source::AddOnScore(resource.into(), score.into()),
            said::Source::Taint(key) => Source::Taint(key.into()),
            said::Source::Condition(kind) => Source::Condition(kind.into()),
            said::Source::Selected => Source::Selected,
            said::Source::Decisions => Source::Decisions,
        }
    }
}

/// Two plans are equal if the same batches serve both: all NaN are alike, and of texts `absent` says nothing.
impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.normalization == other.normalization && self.row_local == other.row_local && self.inputs == other.inputs
    }
}

/// As plans are equal.
impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        let bits = |input: &Input| match input.source.encoding() {
            Encoding::Texts => 0,
            Encoding::Numbers if input.absent.is_nan() => f64::NAN.to_bits(),
            Encoding::Numbers => input.absent.to_bits(),
        };
        self.source == other.source && bits(self) == bits(other)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Source::Name => "name",
            Source::Label(_) => "label",
            Source::Annotation(_) => "annotation",
            Source::Claim(_) => "claim",
            Source::Allocatable(_) => "allocatable",
            Source::Capacity(_) => "capacity",
            Source::AddOnScore(..) => "addon-score",
            Source::Taint(_) => "taint",
            Source::Condition(_) => "condition",
            Source::Selected => "selected",
            Source::Decisions => "decisions",
        };
        f.write_str(kind)?;
        self.keys().iter().flatten().try_for_each(|key| write!(f, " {}", key.as_str()))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Numbers => "numbers",
            Encoding::Texts => "texts",
        })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source.encoding() {
            Encoding::Texts => write!(f, "{} (texts)", self.source),
            Encoding::Numbers => write!(f, "{} (numbers, absent: {})", self.source, self.absent),
        }
    }
}

impl fmt::Display for Normalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Normalization::Clamp => "clamp",
            Normalization::MinMax => "min-max",
            Normalization::MinMaxReversed => "min-max-reversed",
        })
    }
}
