//! Stage group: the selected clusters cut into decision groups (§10.1, §10.2).

use std::borrow::Cow;

use crate::index::{SelectorId, Store};
use crate::placement::GroupLength;
use crate::{ClusterId, Entries, Group, Symbol};

/// How long a group is at most, of `total` clusters (GRP-1, GRP-2, GRP-4).
#[expect(clippy::float_arithmetic, reason = "GRP-2 is defined in binary64, division first")]
pub(super) fn length(of: GroupLength, total: usize) -> usize {
    let length = match of {
        GroupLength::Clusters(n) => i64::from(n),
        GroupLength::Percent(percent) => (percent / 100.0 * total as f64).ceil() as i64,
    };
    usize::try_from(length).ok().filter(|n| (1..=total).contains(n)).unwrap_or(total)
}

/// A selected cluster's total and its row.
type Selected = (i64, u32);

/// How the selected, rows ascending, are cut into groups of at most `length`. O(selected × rules).
pub(super) struct Cut<'a> {
    pub(super) selected: &'a [Selected],
    pub(super) length: usize,
    pub(super) store: &'a Store,
}

impl Cut<'_> {
    /// All groups (GRP-10 to GRP-13).
    pub(super) fn partition(&self, rules: &[(Symbol, SelectorId)]) -> Vec<Group> {
        let (mut groups, rest) = self.by_rules(rules);
        self.cut(&Symbol::default(), &rest, &mut groups);
        if groups.is_empty() {
            groups.push(empty());
        }
        groups
    }

    /// The groups of the rules alone (GRP-10), and what is left: with an invalid rule behind them no more is written (GRP-14).
    pub(super) fn by_rules(&self, rules: &[(Symbol, SelectorId)]) -> (Vec<Group>, Cow<'_, [Selected]>) {
        let mut groups = Vec::new();
        let mut rest = Cow::Borrowed(self.selected);
        for (name, rule) in rules {
            let rule = self.store.selectors.bits(*rule);
            let (members, others): (Vec<Selected>, _) =
                rest.iter().copied().partition(|(_, row)| rule.contains(ClusterId(*row)));
            self.cut(name, &members, &mut groups);
            rest = Cow::Owned(others);
        }
        (groups, rest)
    }

    fn cut(&self, name: &Symbol, members: &[Selected], groups: &mut Vec<Group>) {
        // A group is never empty here, so a length of 0, which means that nothing is selected, cuts nothing.
        let chunks = members.chunks(self.length.max(1));
        groups.extend(chunks.map(|c| Group { name: name.clone(), entries: self.store.entries(c.to_vec()) }));
    }
}

/// The one group of a placement that selects nothing (GRP-12).
pub(super) fn empty() -> Group {
    Group { name: Symbol::default(), entries: Entries::default() }
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
