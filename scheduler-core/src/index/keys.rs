//! Lists of keys: most clusters have values for the same ones, so each list is kept once and a row holds values alone, those
//! of two maps in one piece of memory.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use hashbrown::HashTable;

use super::interner::{Code, Interner};
use super::slab::Slab;
use crate::Symbol;

/// Which of the two maps that are kept together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

/// The two maps of a fact.
pub(super) type Halves<'a, F> = [&'a [(Symbol, F)]; 2];

/// For which keys a row has values.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Its place among the lists.
    id: u32,
    /// In the order of the values, which is the fact's.
    codes: Box<[Code]>,
    /// So many of them are of the first map.
    first: usize,
    /// Half and key as one number, ascending, with the place of each value: columns are built by looking up a key a row.
    sorted: Box<[(u64, u32)]>,
}

/// Values by key, of two maps.
#[derive(Clone, Debug)]
pub(crate) struct Pairs<V> {
    keys: Arc<Keys>,
    values: Box<[V]>,
}

/// The lists of one index.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyLists {
    // Looked up, never iterated: hash order cannot leak.
    by_texts: HashTable<u32>,
    lists: Slab<KeyList>,
    /// By length, the list that was asked for last: mostly it is asked for again.
    last: [u32; LAST],
}

const LAST: usize = 16;

#[derive(Clone, Debug)]
struct KeyList {
    keys: Arc<Keys>,
    uses: u32,
    /// Of the texts, so that a list is found before any of its keys is.
    hash: u64,
}

impl Interner {
    /// The list of these keys, counted once more. O(their length); interns nothing where the list is known.
    fn keys<F>(&mut self, from: Halves<'_, F>) -> Arc<Keys> {
        let same = |id: &u32| self.lists.lists.get(*id).is_some_and(|list| list.keys.are_of(from, self));
        let last = (from[0].len() + 3 * from[1].len()) % LAST;
        let mut hash = 0;
        let known = Some(self.lists.last[last]).filter(same).or_else(|| {
            hash = self.hash_keys(from);
            self.lists.by_texts.find(hash, same).copied()
        });
        if let Some(list) = known.and_then(|id| self.lists.lists.get_mut(id)) {
            list.uses += 1;
            self.lists.last[last] = list.keys.id;
            return list.keys.clone();
        }
        let codes: Box<[Code]> = pairs(from).map(|(key, _)| self.intern(key)).collect();
        let first = from[0].len();
        let half = |at: usize| if at < first { Half::First } else { Half::Second };
        let sorted = codes.iter().zip(0..).map(|(code, at)| (ordinal(half(at as usize), *code), at));
        let mut sorted: Box<[(u64, u32)]> = sorted.collect();
        sorted.sort_unstable();
        let KeyLists { by_texts, lists, .. } = &mut self.lists;
        let keys = Arc::new(Keys { id: lists.next(), codes, first, sorted });
        lists.insert(KeyList { keys: keys.clone(), uses: 1, hash });
        by_texts.insert_unique(hash, keys.id, |id| lists.get(*id).map_or(0, |list| list.hash));
        keys
    }

    fn hash_keys<F>(&self, from: Halves<'_, F>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        from[0].len().hash(&mut hasher);
        pairs(from).for_each(|(key, _)| key.hash(&mut hasher));
        hasher.finish()
    }

    fn release_keys(&mut self, keys: &Keys) {
        let KeyLists { by_texts, lists, .. } = &mut self.lists;
        let Some(list) = lists.get_mut(keys.id) else { return };
        list.uses -= 1;
        if list.uses > 0 {
            return;
        }
        if let Ok(entry) = by_texts.find_entry(list.hash, |id| *id == keys.id) {
            entry.remove();
        }
        lists.remove(keys.id);
        keys.codes.iter().for_each(|code| self.release(*code));
    }
}

fn ordinal(half: Half, key: Code) -> u64 {
    (half as u64) << u32::BITS | key.at() as u64
}

fn pairs<'a, F>([first, second]: Halves<'a, F>) -> impl Iterator<Item = &'a (Symbol, F)> {
    first.iter().chain(second)
}

impl Keys {
    fn have_lengths<F>(&self, [first, second]: Halves<'_, F>) -> bool {
        self.first == first.len() && self.codes.len() == first.len() + second.len()
    }

    fn are_of<F>(&self, from: Halves<'_, F>, interner: &Interner) -> bool {
        self.have_lengths(from)
            && self.codes.iter().zip(pairs(from)).all(|(code, (key, _))| interner.text(*code) == key)
    }

    fn half(&self, at: usize) -> Half {
        if at < self.first { Half::First } else { Half::Second }
    }

    fn iter(&self) -> impl Iterator<Item = (Half, Code)> + '_ {
        self.codes.iter().enumerate().map(|(at, code)| (self.half(at), *code))
    }
}

impl<V> Pairs<V> {
    /// Every key and value interned. Where `old` has the same keys, `make` gets the old value beside the new one.
    pub(super) fn intern<F>(
        from: Halves<'_, F>,
        old: Option<&Self>,
        interner: &mut Interner,
        mut make: impl FnMut(&F, Option<&V>, &mut Interner) -> V,
    ) -> Self {
        let keys = interner.keys(from);
        let old = old.filter(|old| Arc::ptr_eq(&old.keys, &keys)).map(|old| &old.values);
        let value = |(at, (_, value)): (usize, &(Symbol, F))| make(value, old.map(|old| &old[at]), interner);
        let values = pairs(from).enumerate().map(value).collect();
        Pairs { keys, values }
    }

    /// Undoes `intern` for the keys; the values are the caller's.
    pub(super) fn release_keys(&self, interner: &mut Interner) {
        interner.release_keys(&self.keys);
    }

    /// Whether these are the keys and values of a fact.
    pub(super) fn says<F>(&self, fact: Halves<'_, F>, interner: &Interner, same: impl Fn(&V, &F) -> bool) -> bool {
        let mut pairs = self.keys.codes.iter().zip(&self.values).zip(pairs(fact));
        self.keys.have_lengths(fact)
            && pairs.all(|((code, value), (key, fact))| same(value, fact) && interner.text(*code) == key)
    }

    /// O(log keys).
    pub(crate) fn get(&self, half: Half, key: Code) -> Option<&V> {
        let sorted = &self.keys.sorted;
        let at = sorted.binary_search_by_key(&ordinal(half, key), |(key, _)| *key).ok()?;
        Some(&self.values[sorted[at].1 as usize])
    }

    /// The keys whose values differ. O(keys) where the keys are the same ones, else O(keys log keys).
    pub(super) fn differing([old, new]: [Option<&Self>; 2], mut each: impl FnMut(Half, Code))
    where
        V: PartialEq,
    {
        if let (Some(old), Some(new)) = (old, new)
            && Arc::ptr_eq(&old.keys, &new.keys)
        {
            let values = old.values.iter().zip(&new.values);
            old.keys.iter().zip(values).filter(|(_, (a, b))| a != b).for_each(|((half, key), _)| each(half, key));
            return;
        }
        for (half, key) in old.into_iter().flat_map(|old| old.keys.iter()) {
            if old.and_then(|old| old.get(half, key)) != new.and_then(|new| new.get(half, key)) {
                each(half, key);
            }
        }
        for (half, key) in new.into_iter().flat_map(|new| new.keys.iter()) {
            if old.is_none_or(|old| old.get(half, key).is_none()) {
                each(half, key);
            }
        }
    }

    /// In no order.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.values.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Keys 4 to 7 are the same texts as 0 to 3, in the second map.
    fn fact(keys: &[u8]) -> [Vec<(Symbol, u8)>; 2] {
        let text = |key: &&u8| (format!("key-{}", *key % 4).as_str().into(), **key);
        [0, 1].map(|half| keys.iter().filter(|key| **key / 4 == half).map(|key| text(&key)).collect())
    }

    fn halves([first, second]: &[Vec<(Symbol, u8)>; 2]) -> Halves<'_, u8> {
        [first, second]
    }

    proptest! {
        // Few keys, so that lists come and go and are found again.
        #[test]
        fn a_list_is_kept_once_and_as_long_as_anybody_holds_it(
            changes in proptest::collection::vec((proptest::collection::btree_set(0u8..8, 0..4), any::<bool>()), 0..100),
        ) {
            let mut interner = Interner::new();
            let mut held: Vec<(Vec<u8>, Pairs<u8>)> = Vec::new();
            for (keys, take) in changes {
                let keys: Vec<u8> = keys.into_iter().collect();
                let at = held.iter().position(|(other, _)| *other == keys);
                match at {
                    Some(at) if !take => held.swap_remove(at).1.release_keys(&mut interner),
                    _ => {
                        let pairs = Pairs::intern(halves(&fact(&keys)), None, &mut interner, |value, _, _| *value);
                        prop_assert!(at.is_none_or(|at| Arc::ptr_eq(&held[at].1.keys, &pairs.keys)));
                        held.push((keys, pairs));
                    }
                }
                for (keys, pairs) in &held {
                    prop_assert!(pairs.says(halves(&fact(keys)), &interner, |a, b| a == b));
                    for key in 0u8..8 {
                        let code = interner.get(&format!("key-{}", key % 4));
                        let half = if key < 4 { Half::First } else { Half::Second };
                        prop_assert_eq!(pairs.get(half, code).copied(), keys.contains(&key).then_some(key));
                    }
                }
            }
            let lists: std::collections::BTreeSet<_> = held.iter().map(|(keys, _)| keys).collect();
            prop_assert_eq!(interner.lists.lists.values().count(), lists.len());
            held.iter().for_each(|(_, pairs)| pairs.release_keys(&mut interner));
            prop_assert_eq!(interner.lists.lists.values().count() + interner.lists.by_texts.len(), 0);
            prop_assert_eq!(interner.text_bytes(), 0);
        }
    }
}
