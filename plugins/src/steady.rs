//! Prioritizer `Steady`: prefers clusters that are selected already (§8.4).
//!
//! Cost: a constant and one bitmap.

use scheduler_core::{
    ClusterId, Coordinate, Misconfigured, Pass, Placement, Plugin, PluginError, Prioritizer, Reads, Scores,
};

/// The plugin `Steady`.
#[derive(Debug)]
pub struct Steady;

impl Steady {
    /// Its name in `prioritizerPolicy`.
    pub const NAME: &'static str = "Steady";
}

struct Staying;

/// Of what is selected already (PRIO-40).
const SCORE: i32 = 100;

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
        out.members(pass.own(), SCORE);
        Ok(())
    }

    fn bounds(&self, pass: &Pass<'_>, cluster: ClusterId, _: Option<f64>, _: Option<(f64, f64)>) -> Option<(i32, i32)> {
        let score = if pass.own().contains(cluster) { SCORE } else { 0 };
        Some((score, score))
    }
}
