//! Lists of keys: most clusters have values for the same ones, so each list is kept once and a row holds values alone.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use hashbrown::HashTable;

use super::interner::{Code, Interner};
use super::slab::Slab;
use crate::Symbol;

/// For which keys a row has values.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Its place among the lists.
    id: u32,
    /// In the order of the values, which is the fact's.
    codes: Box<[Code]>,
    /// Ascending by code, with the place of each value.
    sorted: Box<[(Code, u32)]>,
}

/// Values by key.
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
}

#[derive(Clone, Debug)]
struct KeyList {
    keys: Arc<Keys>,
    uses: u32,
    /// Of the texts, so that a list is found before any of its keys is.
    hash: u64,
}

impl Interner {
    /// The list of these keys, counted once more. O(their length); interns nothing where the list is known.
    fn keys<V>(&mut self, pairs: &[(Symbol, V)]) -> Arc<Keys> {
        let mut hasher = self.hasher.build_hasher();
        pairs.iter().for_each(|(key, _)| key.hash(&mut hasher));
        let hash = hasher.finish();
        let same = |id: &u32| self.lists.lists.get(*id).is_some_and(|list| list.keys.are_of(pairs, self));
        if let Some(id) = self.lists.by_texts.find(hash, same).copied()
            && let Some(list) = self.lists.lists.get_mut(id)
        {
            list.uses += 1;
            return list.keys.clone();
        }
        let codes: Box<[Code]> = pairs.iter().map(|(key, _)| self.intern(key)).collect();
        let mut sorted: Box<[(Code, u32)]> = codes.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        let KeyLists { by_texts, lists } = &mut self.lists;
        let keys = Arc::new(Keys { id: lists.next(), codes, sorted });
        lists.insert(KeyList { keys: keys.clone(), uses: 1, hash });
        by_texts.insert_unique(hash, keys.id, |id| lists.get(*id).map_or(0, |list| list.hash));
        keys
    }

    fn release_keys(&mut self, keys: &Keys) {
        let KeyLists { by_texts, lists } = &mut self.lists;
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

impl Keys {
    fn are_of<V>(&self, pairs: &[(Symbol, V)], interner: &Interner) -> bool {
        self.codes.len() == pairs.len()
            && self.codes.iter().zip(pairs).all(|(code, (key, _))| interner.text(*code) == key)
    }
}

impl<V> Pairs<V> {
    /// Every key and value interned. Where `old` has the same keys, `make` gets the old value beside the new one.
    pub(super) fn intern<F>(
        from: &[(Symbol, F)],
        old: Option<&Self>,
        interner: &mut Interner,
        mut make: impl FnMut(&F, Option<&V>, &mut Interner) -> V,
    ) -> Self {
        let keys = interner.keys(from);
        let old = old.filter(|old| Arc::ptr_eq(&old.keys, &keys)).map(|old| &old.values);
        let value = |(at, (_, value)): (usize, &(Symbol, F))| make(value, old.map(|old| &old[at]), interner);
        let values = from.iter().enumerate().map(value).collect();
        Pairs { keys, values }
    }

    /// Undoes `intern` for the keys; the values are the caller's.
    pub(super) fn release_keys(&self, interner: &mut Interner) {
        interner.release_keys(&self.keys);
    }

    /// Whether these are the keys and values of a fact.
    pub(super) fn says<F>(&self, fact: &[(Symbol, F)], interner: &Interner, same: impl Fn(&V, &F) -> bool) -> bool {
        let mut pairs = self.keys.codes.iter().zip(&self.values).zip(fact);
        self.values.len() == fact.len()
            && pairs.all(|((code, value), (key, fact))| same(value, fact) && interner.text(*code) == key)
    }

    /// O(log keys).
    pub(crate) fn get(&self, key: Code) -> Option<&V> {
        let sorted = &self.keys.sorted;
        let at = sorted.binary_search_by_key(&key, |(code, _)| *code).ok()?;
        Some(&self.values[sorted[at].1 as usize])
    }

    /// The keys whose values differ. O(keys) where the keys are the same ones, else O(keys log keys).
    pub(super) fn differing([old, new]: [Option<&Self>; 2], mut each: impl FnMut(Code))
    where
        V: PartialEq,
    {
        if let (Some(old), Some(new)) = (old, new)
            && Arc::ptr_eq(&old.keys, &new.keys)
        {
            let values = old.values.iter().zip(&new.values);
            old.keys.codes.iter().zip(values).filter(|(_, (a, b))| a != b).for_each(|(key, _)| each(*key));
            return;
        }
        for key in old.map_or(&[][..], |old| &old.keys.codes) {
            if old.and_then(|old| old.get(*key)) != new.and_then(|new| new.get(*key)) {
                each(*key);
            }
        }
        for key in new.map_or(&[][..], |new| &new.keys.codes) {
            if old.is_none_or(|old| old.get(*key).is_none()) {
                each(*key);
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

    fn fact(keys: &[u8]) -> Vec<(Symbol, u8)> {
        keys.iter().map(|key| (format!("key-{key}").as_str().into(), *key)).collect()
    }

    proptest! {
        // Few keys, so that lists come and go and are found again.
        #[test]
        fn a_list_is_kept_once_and_as_long_as_anybody_holds_it(
            changes in proptest::collection::vec((proptest::collection::btree_set(0u8..4, 0..4), any::<bool>()), 0..100),
        ) {
            let mut interner = Interner::new();
            let mut held: Vec<(Vec<u8>, Pairs<u8>)> = Vec::new();
            for (keys, take) in changes {
                let keys: Vec<u8> = keys.into_iter().collect();
                let at = held.iter().position(|(other, _)| *other == keys);
                match at {
                    Some(at) if !take => held.swap_remove(at).1.release_keys(&mut interner),
                    _ => {
                        let pairs = Pairs::intern(&fact(&keys), None, &mut interner, |value, _, _| *value);
                        prop_assert!(at.is_none_or(|at| Arc::ptr_eq(&held[at].1.keys, &pairs.keys)));
                        held.push((keys, pairs));
                    }
                }
                for (keys, pairs) in &held {
                    prop_assert!(pairs.says(&fact(keys), &interner, |a, b| a == b));
                    for key in 0u8..4 {
                        let code = interner.get(&format!("key-{key}"));
                        prop_assert_eq!(pairs.get(code).copied(), keys.contains(&key).then_some(key));
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
