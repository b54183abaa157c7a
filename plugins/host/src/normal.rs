//! From raw scores to −100..100.

use scheduler_core::MapKey;

use crate::plan::Normalization;

/// How far a score goes to either side.
const MOST: f64 = 100.0;

/// A normalization over raw scores between two extremes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scale {
    Clamp,
    /// From the lowest to the highest.
    Stretch {
        low: f64,
        high: f64,
        reversed: bool,
    },
}

impl Normalization {
    /// −100..100 for each of some raw scores that are of all clusters that are left; 0 for a NaN, which has no part in it.
    pub fn scores(self, raw: &[f64]) -> impl Iterator<Item = i32> {
        let opinions = || raw.iter().copied().filter(|raw| !raw.is_nan());
        let extremes = opinions()
            .next()
            .map(|first| opinions().fold((first, first), |(low, high), raw| (f64::min(low, raw), f64::max(high, raw))));
        let scale = self.over(extremes);
        raw.iter().map(move |raw| if raw.is_nan() { 0 } else { scale.score(*raw) })
    }

    /// Whether the extremes of all clusters that are left matter.
    pub(crate) fn stretches(self) -> bool {
        self != Normalization::Clamp
    }

    /// Over raw scores with these extremes; `None`: there is no score.
    pub(crate) fn over(self, extremes: Option<(f64, f64)>) -> Scale {
        match (self, extremes) {
            (Normalization::Clamp, _) | (_, None) => Scale::Clamp,
            (_, Some((low, high))) => Scale::Stretch { low, high, reversed: self == Normalization::MinMaxReversed },
        }
    }
}

#[expect(clippy::float_arithmetic, reason = "normalization is defined in binary64, by the interface")]
impl Scale {
    /// One score of a raw one that is no NaN.
    pub fn score(self, raw: f64) -> i32 {
        let scaled = match self {
            Scale::Clamp => raw,
            Scale::Stretch { low, high, .. } if low == high => 0.0,
            Scale::Stretch { low, high, reversed } => {
                // Halved where the distance of two large numbers is none, so that it is one.
                let unit = if (high - low).is_finite() { 1.0 } else { 0.5 };
                let [raw, low, high] = [raw, low, high].map(|number| number * unit);
                // Nearer to which end, of the whole way: half a point stays half a point, whatever cannot be written in binary.
                let side = ((raw - low) - (high - raw)) / (high - low) * MOST;
                if reversed { -side } else { side }
            }
        };
        scaled.round().clamp(-MOST, MOST) as i32
    }

    /// What tells it from other functions of a column.
    pub fn key(self) -> MapKey {
        match self {
            Scale::Clamp => MapKey { function: "wasm clamp", parameters: [0, 0] },
            Scale::Stretch { low, high, reversed } => MapKey {
                function: if reversed { "wasm min-max-reversed" } else { "wasm min-max" },
                parameters: [low.to_bits(), high.to_bits()],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(how: Normalization, raw: &[f64], want: &[i32]) {
        let low = raw.iter().copied().fold(f64::INFINITY, f64::min);
        let high = raw.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let scale = how.over(Some((low, high)));
        assert_eq!(raw.iter().map(|raw| scale.score(*raw)).collect::<Vec<_>>(), want, "{how}");
    }

    #[test]
    fn clamped_scores_are_rounded_away_from_zero_and_cut_off() {
        check(Normalization::Clamp, &[0.4, 0.5, -0.5, 2.5, 99.5, 1e300, -1e300], &[0, 1, -1, 3, 100, 100, -100]);
    }

    #[test]
    fn stretched_scores_reach_both_ends() {
        check(Normalization::MinMax, &[1.0, 2.0, 3.0], &[-100, 0, 100]);
        check(Normalization::MinMaxReversed, &[1.0, 2.0, 3.0], &[100, 0, -100]);
        check(Normalization::MinMax, &[7.0, 7.0], &[0, 0]);
        check(Normalization::MinMaxReversed, &[7.0], &[0]);
        check(Normalization::MinMax, &[-f64::MAX, 0.0, f64::MAX], &[-100, 0, 100]);
        // An eighth of the way is 25 points; half a point is rounded away from zero.
        check(Normalization::MinMax, &[0.0, 1.0, 201.0, 400.0], &[-100, -100, 1, 100]);
    }

    #[test]
    fn no_opinion_is_none_of_the_extremes() {
        let scores = |raw: &[f64]| Normalization::MinMax.scores(raw).collect::<Vec<_>>();
        assert_eq!(scores(&[f64::NAN, 1.0, 3.0, 2.0]), [0, -100, 100, 0]);
        assert_eq!(scores(&[f64::NAN]), [0]);
    }

    #[test]
    fn the_smallest_numbers_are_told_apart() {
        check(Normalization::MinMax, &[0.0, 5e-324], &[-100, 100]);
    }
}
