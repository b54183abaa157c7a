//! How a figure grows with the fleet.

/// The exponent `e` of `y = c · x^e` that fits best: least squares over the logarithms. None for less than two different
/// `x`, or where a logarithm has no value.
pub fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| logs.iter().map(part).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|log| log.0), mean(|log| log.1));
    let spread: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let shared: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    Some(shared / spread).filter(|exponent| exponent.is_finite())
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[track_caller]
    fn check(points: &[(f64, f64)], want: f64) {
        let found = exponent(points).unwrap_or(f64::NAN);
        assert!((found - want).abs() < 1e-9, "{found} is not {want}");
    }

    #[test]
    fn twice_the_fleet_twice_the_time() {
        check(&[(1e3, 5.0), (1e4, 50.0), (1e5, 500.0)], 1.0);
    }
    #[test]
    fn the_same_for_any_fleet() {
        check(&[(1e3, 7.0), (1e6, 7.0)], 0.0);
    }
    #[test]
    fn every_pair() {
        check(&[(10.0, 100.0), (20.0, 400.0), (30.0, 900.0)], 2.0);
    }
    #[test]
    fn noise_is_evened_out() {
        check(&[(1.0, 1.0), (10.0, 20.0), (100.0, 50.0), (1000.0, 1000.0)], 0.9 + 0.1 * 2.5_f64.log10());
    }
    #[test]
    fn one_size_says_nothing() {
        assert_eq!(exponent(&[(1e3, 5.0), (1e3, 6.0)]), None);
    }
    #[test]
    fn nothing_took_no_time() {
        assert_eq!(exponent(&[(1e3, 0.0), (1e4, 6.0)]), None);
    }
}
