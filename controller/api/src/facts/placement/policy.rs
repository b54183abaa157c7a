//! `spec.prioritizerPolicy` (PRIO-1 to PRIO-6, PRIO-12).

use scheduler_core::Misconfigured;
use scheduler_core::placement::{Configuration, Coordinate, IncompleteCoordinate, Mode, PrioritizerPolicy};

use crate::kinds;

/// The policy. Names of built-ins are the profile's to know (PRIO-4), and only a weight that is not 0 makes an incomplete
/// coordinate a mistake (PRIO-3).
pub(super) fn read(from: &kinds::PrioritizerPolicy) -> Result<PrioritizerPolicy, Misconfigured> {
    let mode = match from.mode.as_str() {
        "" | "Additive" => Mode::Additive,
        "Exact" => Mode::Exact,
        other => return Err(Misconfigured::Mode { mode: other.into() }),
    };
    let configurations = from.configurations.iter().map(configuration).collect::<Result<_, _>>()?;
    Ok(PrioritizerPolicy { mode, configurations })
}

fn configuration(from: &kinds::PrioritizerConfig) -> Result<Configuration, Misconfigured> {
    let at = &from.score_coordinate;
    if *at == kinds::ScoreCoordinate::default() {
        return Err(Misconfigured::NoCoordinate); // PRIO-2
    }
    let coordinate = match (at.r#type.as_str(), &at.add_on) {
        ("BuiltIn", _) => Ok(Coordinate::BuiltIn(at.built_in.as_str().into())),
        (_, Some(add_on)) => Ok(Coordinate::AddOn {
            resource: add_on.resource_name.as_str().into(),
            score: add_on.score_name.as_str().into(),
        }),
        // PRIO-5.
        (kind, None) => Err(IncompleteCoordinate { kind: kind.into(), built_in: at.built_in.as_str().into() }),
    };
    // An absent weight is Go's zero; what an API server or the reader makes of it is 1, and happens before.
    Ok(Configuration { coordinate, apart: at.add_on.is_some(), weight: from.weight.unwrap_or(0) })
}
