//! Prioritizer `Steady`: prefers clusters that are selected already (§8.4).
//!
//! Cost: a constant and one bitmap.

use scheduler_core::{Coordinate, Misconfigured, Pass, Placement, Plugin, PluginError, Prioritizer, Reads, Scores};

/// The plugin `Steady`.
#[derive(Debug)]
pub struct Steady;

impl Steady {
    /// Its name in `prioritizerPolicy`.
    pub const NAME: &'static str = "Steady";
}

struct Staying;

impl Plugin for Steady {
    fn name(&self) -> &'static str {
        Steady::NAME
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _p: &Placement,
        _reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let asked = matches!(what, Coordinate::BuiltIn(name) if *name == Steady::NAME);
        asked.then(|| -> Result<Box<dyn Prioritizer>, _> { Ok(Box::new(Staying)) })
    }
}

impl Prioritizer for Staying {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        out.constant(0);
        out.members(pass.own(), 100); // PRIO-40
        Ok(())
    }
}
