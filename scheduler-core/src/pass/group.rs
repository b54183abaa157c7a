//! Stage group: the selected clusters cut into decision groups (§10.1, §10.2).

use crate::index::{SelectorId, Store};
use crate::placement::GroupLength;
use crate::{ClusterId, ClusterSet, Entry, Group, Symbol};

/// How long a group is at most, of `total` clusters (GRP-1, GRP-2, GRP-4).
#[expect(clippy::float_arithmetic, reason = "GRP-2 is defined in binary64, division first")]
pub(super) fn length(of: GroupLength, total: usize) -> usize {
    let length = match of {
        GroupLength::Clusters(n) => i64::from(n),
        GroupLength::Percent(percent) => (percent / 100.0 * total as f64).ceil() as i64,
    };
    usize::try_from(length).ok().filter(|n| (1..=total).contains(n)).unwrap_or(total)
}

/// Cuts `selected`, ascending rows with totals, into groups (GRP-10 to GRP-13).
pub(super) fn partition(
    rules: &[(Symbol, SelectorId)],
    length: usize,
    selected: &[(u32, i64)],
    store: &Store,
) -> Vec<Group> {
    let (mut groups, rest) = by_rules(rules, length, selected, store);
    cut(&Symbol::default(), length, &rest, selected, store, &mut groups);
    if groups.is_empty() {
        groups.push(empty());
    }
    groups
}

/// The groups of the rules alone (GRP-10), and what is left: with an invalid rule behind them no more is written (GRP-14).
pub(super) fn by_rules(
    rules: &[(Symbol, SelectorId)],
    length: usize,
    selected: &[(u32, i64)],
    store: &Store,
) -> (Vec<Group>, ClusterSet) {
    let mut rest = ClusterSet::empty(store.rows.len());
    selected.iter().for_each(|(row, _)| rest.set(ClusterId(*row), true));
    let mut groups = Vec::new();
    for (name, rule) in rules {
        let mut members = rest.clone();
        members.intersect(store.selectors.bits(*rule));
        rest.subtract(&members);
        cut(name, length, &members, selected, store, &mut groups);
    }
    (groups, rest)
}

/// The one group of a placement that selects nothing (GRP-12).
pub(super) fn empty() -> Group {
    Group { name: Symbol::default(), entries: Vec::new() }
}

fn cut(
    name: &Symbol,
    length: usize,
    members: &ClusterSet,
    selected: &[(u32, i64)],
    store: &Store,
    groups: &mut Vec<Group>,
) {
    let entries = selected.iter().filter(|(row, _)| members.contains(ClusterId(*row)));
    let entries: Vec<Entry> =
        entries.map(|(row, score)| Entry { cluster: store.rows[*row as usize].name.clone(), score: *score }).collect();
    // A group is never empty here, so a length of 0, which means that nothing is selected, cuts nothing.
    groups.extend(entries.chunks(length.max(1)).map(|chunk| Group { name: name.clone(), entries: chunk.to_vec() }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(of: GroupLength, want: [usize; 7]) {
        assert_eq!([0, 1, 3, 10, 100, 101, 1000].map(|total| length(of, total)), want);
    }

    // The table of §22.3.
    #[test]
    fn zero_is_all() {
        check(GroupLength::Clusters(0), [0, 1, 3, 10, 100, 101, 1000]);
    }

    #[test]
    fn negative_is_all() {
        check(GroupLength::Clusters(-3), [0, 1, 3, 10, 100, 101, 1000]);
    }

    #[test]
    fn seven() {
        check(GroupLength::Clusters(7), [0, 1, 3, 7, 7, 7, 7]);
    }

    #[test]
    fn percents_out_of_range_are_all() {
        for percent in [0.0, 150.0, -5.0, 100.0] {
            check(GroupLength::Percent(percent), [0, 1, 3, 10, 100, 101, 1000]);
        }
    }

    #[test]
    fn one_percent() {
        check(GroupLength::Percent(1.0), [0, 1, 1, 1, 1, 2, 10]);
    }

    #[test]
    fn seven_percent_overshoots() {
        check(GroupLength::Percent(7.0), [0, 1, 1, 1, 8, 8, 70]);
    }

    #[test]
    fn fourteen_percent_overshoots() {
        check(GroupLength::Percent(14.0), [0, 1, 1, 2, 15, 15, 140]);
    }

    #[test]
    fn thirty_three_percent() {
        check(GroupLength::Percent(33.0), [0, 1, 1, 4, 33, 34, 330]);
    }

    #[test]
    fn fifty_five_percent_overshoots() {
        check(GroupLength::Percent(55.0), [0, 1, 2, 6, 56, 56, 550]);
    }
}
