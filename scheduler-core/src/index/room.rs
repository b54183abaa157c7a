//! How long lists make room: sparing with memory, and for new rows in between.

/// Makes sure that `more` fit, with an eighth to spare: twice as much, as is usual, shows in what a cluster costs.
pub(crate) fn grow<T>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() / 8));
    }
}

/// Makes room in a column for new rows at the ascending positions `at` of the new numbering. O(rows behind the first).
pub(super) fn spread<T: Copy>(cells: &mut Vec<T>, at: &[u32], fill: T) {
    let mut end = cells.len();
    grow(cells, at.len());
    cells.resize(end + at.len(), fill);
    // From behind, so that nothing is overwritten before it was moved.
    for (before, position) in at.iter().enumerate().rev() {
        let position = *position as usize;
        let start = position - before;
        cells.copy_within(start..end, position + 1);
        cells[position] = fill;
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn spreading_keeps_the_order_of_what_was_there(
            rows in 0usize..100,
            at in proptest::collection::btree_set(0u32..200, 0..60),
        ) {
            let at: Vec<u32> = at.into_iter().enumerate().map(|(i, p)| p.min((rows + i) as u32)).collect();
            let at: Vec<u32> = at.iter().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
            let mut cells: Vec<usize> = (1..=rows).collect();
            spread(&mut cells, &at, 0);
            prop_assert_eq!(cells.len(), rows + at.len());
            prop_assert!(at.iter().all(|position| cells[*position as usize] == 0));
            cells.retain(|cell| *cell > 0);
            prop_assert_eq!(cells, (1..=rows).collect::<Vec<_>>());
        }
    }
}
