//! Prioritizer `Balance`: prefers clusters that few other placements decided for (§8.3).
//!
//! Cost: one kept column for each highest count; what stands for the placement itself is an exception.

use std::cell::LazyCell;

use scheduler_core::{
    ClusterId, Column, Coordinate, MapKey, Misconfigured, Pass, Placement, Plugin, PluginError, Prioritizer, Reads,
    Scores, Source,
};

/// The plugin `Balance`.
#[derive(Debug)]
pub struct Balance;

impl Balance {
    /// Its name in `prioritizerPolicy`.
    pub const NAME: &'static str = "Balance";
}

struct Balancing {
    counts: Column,
}

impl Plugin for Balance {
    fn name(&self) -> &'static str {
        Balance::NAME
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _p: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let asked = matches!(what, Coordinate::BuiltIn(name) if *name == Balance::NAME);
        asked.then(|| -> Result<Box<dyn Prioritizer>, _> {
            Ok(Box::new(Balancing { counts: reads.numbers(Source::Decisions) }))
        })
    }
}

impl Prioritizer for Balancing {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        let most = pass.decided_most();
        let key = MapKey { function: Balance::NAME, parameters: [u64::from(most), 0] };
        // PRIO-30: the column counts every slice; one's own are left out cluster by cluster.
        // Counts are few, clusters are many; a table is made only where a column is.
        let scores = LazyCell::new(|| (0..=most).map(|count| score(f64::from(count), most)).collect::<Vec<i32>>());
        out.map(pass, self.counts, key, |count| scores.get(count as usize).copied().unwrap_or(BEYOND));
        for (cluster, times) in pass.own_times() {
            let count = pass.number(self.counts, cluster).unwrap_or(0.0);
            #[expect(clippy::float_arithmetic, reason = "counts are whole numbers that binary64 holds exactly")]
            out.set(cluster, score(count - f64::from(times), most));
        }
        Ok(())
    }

    fn bounds(&self, _: &Pass<'_>, _: ClusterId, _: Option<f64>, _: Option<(f64, f64)>) -> Option<(i32, i32)> {
        Some((-100, 100))
    }
}

/// The score of a count above `most`.
const BEYOND: i32 = -100;

/// PRIO-31: truncated, then doubled, hence even. Only the placement's own clusters can have a count above `most`, and theirs
/// is replaced.
#[expect(clippy::float_arithmetic, reason = "PRIO-31 is defined in binary64")]
fn score(count: f64, most: u32) -> i32 {
    if count == 0.0 {
        return 100;
    }
    if count > f64::from(most) {
        return BEYOND;
    }
    2 * (100.0 * (0.5 - count / f64::from(most))) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of §22.2: one row for each highest count.
    #[track_caller]
    fn check(scores: &[i32]) {
        let most = scores.len() as u32 - 1;
        let got: Vec<i32> = (0..=most).map(|count| score(f64::from(count), most)).collect();
        assert_eq!(got, scores);
    }

    #[test]
    fn one() {
        check(&[100, -100]);
    }

    #[test]
    fn three() {
        check(&[100, 32, -32, -100]);
    }

    #[test]
    fn five() {
        check(&[100, 60, 18, -18, -60, -100]);
    }

    #[test]
    fn ten_is_asymmetric() {
        check(&[100, 80, 60, 40, 18, 0, -18, -38, -60, -80, -100]);
    }

    #[test]
    fn twelve() {
        check(&[100, 82, 66, 50, 32, 16, 0, -16, -32, -50, -66, -82, -100]);
    }
}
