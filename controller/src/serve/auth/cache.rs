//! Answers that are good for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long an answer is good (§17.3).
const GOOD_FOR: Duration = Duration::from_secs(35);
/// How many are kept at most: whoever makes up tokens fills no memory.
const ENTRIES_MAX: usize = 4096;

/// What was answered lately.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    entries: Mutex<HashMap<K, (Instant, V)>>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Cache { entries: Mutex::default() }
    }
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// The answer, if it is still good.
    pub fn get(&self, key: &K) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|(at, _)| at.elapsed() < GOOD_FOR).map(|(_, value)| value.clone())
    }

    /// Keeps an answer. O(1), and O(entries) where there are too many.
    pub fn put(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, (at, _)| at.elapsed() < GOOD_FOR);
            if entries.len() >= ENTRIES_MAX {
                entries.clear();
            }
        }
        entries.insert(key, (Instant::now(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn good_for_a_while() {
        let cache = Cache::default();
        cache.put(1, "a");
        tokio::time::advance(GOOD_FOR - Duration::from_millis(1)).await;
        assert_eq!((cache.get(&1), cache.get(&2)), (Some("a"), None));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(cache.get(&1), None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_so_many() {
        let cache = Cache::default();
        (0..ENTRIES_MAX).for_each(|n| cache.put(n, n));
        tokio::time::advance(Duration::from_secs(20)).await;
        cache.put(ENTRIES_MAX, 0);
        assert_eq!(cache.entries.lock().unwrap().len(), 1);
    }
}
