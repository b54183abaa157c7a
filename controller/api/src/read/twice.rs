//! The same object read more than once (FILE-5): equal ones are one, and of different ones none is used, because nobody
//! can tell which was meant.

use std::collections::{BTreeMap, HashMap};

use foldhash::quality::FixedState;

use super::{Notice, ObjectKey, Place, Severity};

/// A converted object and what tells it from others.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    pub(crate) key: ObjectKey,
    /// Of the whole content, before it was converted.
    pub(crate) fingerprint: u64,
    /// The number of its input.
    pub(crate) input: usize,
    pub(crate) place: Place,
    pub(crate) value: T,
}

/// Keeps one of equal objects and none of different ones, in order. O(n), and O(log n) for each that is repeated.
pub(crate) fn resolve<T>(kept: Vec<Kept<T>>, notices: &mut Vec<(usize, Notice)>) -> Vec<T> {
    let mut first_of = HashMap::with_capacity_and_hasher(kept.len(), FixedState::default()); // Looked up, never iterated.
    let mut repeated: BTreeMap<&ObjectKey, Vec<usize>> = BTreeMap::new();
    for (at, Kept { key, .. }) in kept.iter().enumerate() {
        let first = *first_of.entry(key).or_insert(at);
        if first != at {
            repeated.entry(key).or_insert_with(|| vec![first]).push(at);
        }
    }
    let mut drop = vec![false; kept.len()];
    for same in repeated.into_values() {
        let first = &kept[same[0]];
        let other = same.iter().find(|&&at| kept[at].fingerprint != first.fingerprint);
        if let Some(&other) = other {
            let other = &kept[other];
            let text =
                format!("stands at {} with other content: none of them is used, remove all but one", first.place);
            let notice = Notice {
                severity: Severity::Error,
                place: Some(other.place.clone()),
                object: Some(other.key.to_string()),
                path: None,
                text,
            };
            notices.push((other.input, notice));
        }
        let keep_first = usize::from(other.is_none());
        same[keep_first..].iter().for_each(|&at| drop[at] = true);
    }
    kept.into_iter().zip(drop).filter(|(_, drop)| !drop).map(|(kept, _)| kept.value).collect()
}
