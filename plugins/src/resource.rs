//! Prioritizers `ResourceAllocatableCPU` and `ResourceAllocatableMemory`: prefer what has more to give (§8.5).
//!
//! Cost: the extremes over the candidates each pass, from kept blocks, and one kept column for each pair of extremes.

use scheduler_core::{
    ClusterId, Column, Coordinate, MapKey, Misconfigured, Pass, Placement, Plugin, PluginError, Prioritizer, Reads,
    Scores, Selector, SelectorId, Source,
};

/// One of the two plugins.
#[derive(Debug)]
pub struct ResourceAllocatable {
    name: &'static str,
    resource: &'static str,
}

impl ResourceAllocatable {
    /// Allocatable `cpu`.
    pub const CPU: ResourceAllocatable = ResourceAllocatable { name: "ResourceAllocatableCPU", resource: "cpu" };
    /// Allocatable `memory`.
    pub const MEMORY: ResourceAllocatable =
        ResourceAllocatable { name: "ResourceAllocatableMemory", resource: "memory" };
}

struct Giving {
    name: &'static str,
    allocatable: Column,
    /// PRIO-50: clusters that tell both allocatable and capacity.
    participants: SelectorId,
}

impl Plugin for ResourceAllocatable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _p: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let asked = matches!(what, Coordinate::BuiltIn(name) if *name == self.name);
        asked.then(|| -> Result<Box<dyn Prioritizer>, _> {
            let allocatable = || Source::Allocatable(self.resource.into());
            let capacity = Source::Capacity(self.resource.into());
            let both = Selector::And(vec![Selector::Has(allocatable()), Selector::Has(capacity)]);
            let participants = reads.selector(&both);
            Ok(Box::new(Giving { name: self.name, allocatable: reads.numbers(allocatable()), participants }))
        })
    }
}

impl Prioritizer for Giving {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        out.only(self.participants);
        let within = [pass.candidates(), pass.clusters(self.participants)];
        let Some((low, high)) = out.range(pass, self.allocatable, &within) else { return Ok(()) }; // PRIO-51
        let key = MapKey { function: self.name, parameters: [low.to_bits(), high.to_bits()] };
        out.map(pass, self.allocatable, key, |a| score(a, low, high));
        Ok(())
    }

    fn numbers(&self) -> Option<Column> {
        Some(self.allocatable)
    }

    fn bounds(
        &self,
        pass: &Pass<'_>,
        cluster: ClusterId,
        number: Option<f64>,
        range: Option<(f64, f64)>,
    ) -> Option<(i32, i32)> {
        let (low, high) = range?;
        let takes_part = pass.clusters(self.participants).contains(cluster);
        let score = number.filter(|_| takes_part).map_or(0, |a| score(a, low, high));
        Some((score, score))
    }
}

/// PRIO-52, in exactly its order. Outside the extremes are only clusters that are no candidates; clamped, so that the kept
/// column stays narrow.
#[expect(clippy::float_arithmetic, reason = "PRIO-52 is defined in binary64")]
fn score(a: f64, low: f64, high: f64) -> i32 {
    if high - low == 0.0 {
        return 100;
    }
    let ratio = (a - low) / (high - low);
    (((ratio - 0.5) * 2.0 * 100.0) as i32).clamp(-100, 100)
}

#[cfg(test)]
mod tests {
    use scheduler_core::Quantity;

    use super::*;

    /// A row of §22.4.
    #[track_caller]
    fn check(allocatable: &[&str], want: &[i32]) {
        let parse = |text: &&str| Quantity::parse(text).unwrap().approximate().unwrap();
        let numbers: Vec<f64> = allocatable.iter().map(parse).collect();
        let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let got: Vec<i32> = numbers.iter().map(|a| score(*a, low, high)).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn whole_numbers() {
        check(&["10", "7", "9"], &[100, -100, 33]);
    }

    #[test]
    fn four_in_a_row() {
        check(&["1", "2", "3", "4"], &[-100, -33, 33, 100]);
    }

    #[test]
    fn millis() {
        check(&["500m", "1", "1500m"], &[-100, 0, 100]);
    }

    #[test]
    fn gibis() {
        check(&["100Gi", "50Gi", "64Gi"], &[100, -100, -43]);
    }

    #[test]
    fn fractions_of_gibis() {
        check(&["1.5Gi", "2Gi", "1Gi"], &[0, 100, -100]);
    }

    #[test]
    fn tenths() {
        check(&["0.1", "0.2", "0.3"], &[-100, 0, 100]);
    }

    #[test]
    fn doubling_millis() {
        check(&["3900m", "7800m", "15600m", "31200m"], &[-100, -71, -14, 100]);
    }

    #[test]
    fn mixed_suffixes() {
        check(&["63194Mi", "69938Mi", "128G", "1T"], &[-100, -98, -86, 100]);
    }

    #[test]
    fn all_equal() {
        check(&["1", "1"], &[100, 100]);
    }

    #[test]
    fn all_nothing() {
        check(&["0", "0", "0"], &[100, 100, 100]);
    }
}
