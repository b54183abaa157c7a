//! Which clusters left because of decision counts alone (Q15).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::Fate;

use super::fate::total;

/// The first `wanted` of the ranked clusters if no decision counts took part, what stands recorded first among equals.
/// Balance is the only input that changes without a change of this placement's own. O(n log n).
pub(super) fn without_balance(
    fates: &BTreeMap<String, Fate>,
    recorded: &BTreeSet<String>,
    wanted: usize,
) -> BTreeSet<String> {
    let ranked = fates.iter().filter_map(|(cluster, fate)| {
        let Fate::Ranked { parts, .. } = fate else { return None };
        let balance = parts.iter().filter(|part| part.prioritizer == "Balance").map(|part| part.product());
        Some((Reverse(total(parts) - balance.sum::<i64>()), !recorded.contains(cluster), cluster))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_unstable();
    ranked.into_iter().take(wanted).map(|(.., cluster)| cluster.clone()).collect()
}

#[cfg(test)]
mod tests {
    use scheduler_core::Part;

    use super::*;

    /// Totals without Balance, which differs for each.
    #[track_caller]
    fn check(cluster: &str, totals: &[(&str, i32)], recorded: &[&str], wanted: usize, want: bool) {
        let part = |name: &str, score| Part { prioritizer: name.into(), weight: 1, score: Some(score), told: None };
        let ranked = |(i, (name, total)): (usize, &(&str, i32))| {
            let balance = i32::try_from(i).unwrap() * 200 - 100;
            let parts = vec![part("Balance", balance), part("Steady", *total)];
            ((*name).to_owned(), Fate::Ranked { selected: false, rank: 0, margin: 0, parts })
        };
        let fates = totals.iter().enumerate().map(ranked).collect();
        let recorded = recorded.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(without_balance(&fates, &recorded, wanted).contains(cluster), want);
    }

    #[test]
    fn steady_would_have_kept_it() {
        check("b", &[("a", 0), ("b", 100)], &["b"], 1, true);
    }
    #[test]
    fn a_tie_keeps_what_stands() {
        check("b", &[("a", 0), ("b", 0)], &["b"], 1, true);
    }
    #[test]
    fn a_better_score_is_another_cause() {
        check("b", &[("a", 150), ("b", 100)], &["b"], 1, false);
    }
    #[test]
    fn among_those_recorded_the_names_decide() {
        check("b", &[("a", 100), ("b", 100)], &["a", "b"], 1, false);
        check("a", &[("a", 100), ("b", 100)], &["a", "b"], 1, true);
    }
    #[test]
    fn a_cluster_that_is_not_ranked() {
        check("b", &[("a", 100)], &["b"], 1, false);
    }
}
