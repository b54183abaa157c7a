//! Which version of each object of one collection was seen last, so that nothing old is taken for news: events that come
//! twice or late, and views older than one's own writes.

use std::collections::{HashMap, HashSet};

use super::source::Id;

/// What is known of one collection.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    objects: HashMap<Id, State>,
    alive: usize,
}

#[derive(Clone, Copy, Debug)]
struct State {
    at: u64,
    alive: bool,
}

impl Known {
    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.alive
    }

    /// An object is there at this version: whether that is news.
    pub fn put(&mut self, id: &Id, at: u64) -> bool {
        match self.objects.get_mut(id) {
            Some(state) if state.at >= at => return false,
            Some(state) => {
                self.alive += usize::from(!state.alive);
                *state = State { at, alive: true };
            }
            None => {
                self.alive += 1;
                self.objects.insert(id.clone(), State { at, alive: true });
            }
        }
        true
    }

    /// Whether an object was seen at a later version than this one.
    pub fn is_past(&self, id: &Id, at: u64) -> bool {
        self.objects.get(id).is_some_and(|state| state.at > at)
    }

    /// An object is gone as of this version: whether that is news. What was seen at a later version is not the one that
    /// went.
    pub fn gone(&mut self, id: &Id, at: u64) -> bool {
        let Some(state) = self.objects.get_mut(id).filter(|state| state.at <= at) else { return false };
        let is_news = state.alive;
        self.alive -= usize::from(is_news);
        *state = State { at, alive: false };
        is_news
    }

    /// An object was deleted, at a version nobody told: what is known of it is the last there was.
    pub fn deleted(&mut self, id: &Id) -> bool {
        let at = self.objects.get(id).map_or(0, |state| state.at);
        self.gone(id, at)
    }

    /// The objects that a list of this version would show and does not. What is long gone is forgotten.
    pub fn missing<'a>(&mut self, present: impl Iterator<Item = &'a Id>, at: u64) -> Vec<Id> {
        let present: HashSet<&Id> = present.collect();
        self.objects.retain(|_, state| state.alive || state.at > at);
        let missing = self.objects.iter().filter(|(id, state)| state.alive && state.at <= at && !present.contains(id));
        let mut missing: Vec<Id> = missing.map(|(id, _)| id.clone()).collect();
        missing.sort_unstable();
        missing
    }

    /// Of what a list shows at version `at`, that of which an event has not come (yet): newer versions, and objects that
    /// are there no more.
    pub fn behind(&self, versions: &[(Id, u64)], at: u64) -> Vec<Id> {
        let older = |(id, version): &&(Id, u64)| self.objects.get(id).is_none_or(|state| state.at < *version);
        let mut behind: Vec<Id> = versions.iter().filter(older).map(|(id, _)| id.clone()).collect();
        let present: HashSet<&Id> = versions.iter().map(|(id, _)| id).collect();
        let extra = self.objects.iter().filter(|(id, state)| state.alive && state.at <= at && !present.contains(id));
        behind.extend(extra.map(|(id, _)| id.clone()));
        behind.sort_unstable();
        behind
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, Known};

    fn id(name: &str) -> Id {
        Id { namespace: String::new(), name: name.to_owned() }
    }

    #[test]
    fn nothing_old_is_news() {
        let mut known = Known::default();
        assert!(known.put(&id("a"), 5));
        assert!(!known.put(&id("a"), 5), "twice");
        assert!(!known.put(&id("a"), 4), "late");
        assert!(!known.gone(&id("a"), 4), "an earlier one of that name");
        assert!(known.gone(&id("a"), 7));
        assert!(!known.gone(&id("a"), 7), "twice");
        assert!(!known.put(&id("a"), 6), "late, of what is gone");
        assert_eq!(known.len(), 0);
        assert!(known.put(&id("a"), 8), "created anew");
        assert_eq!(known.len(), 1);
    }

    #[test]
    fn what_was_deleted_stays_deleted() {
        let mut known = Known::default();
        known.put(&id("a"), 5);
        assert!(known.deleted(&id("a")));
        assert!(!known.put(&id("a"), 5));
        assert!(!known.deleted(&id("b")));
    }

    #[test]
    fn a_list_shows_what_is_missing() {
        let mut known = Known::default();
        known.put(&id("a"), 5);
        known.put(&id("b"), 6);
        known.put(&id("c"), 9);
        assert_eq!(known.missing([id("a")].iter(), 8), [id("b")], "c came after the list");
        known.gone(&id("b"), 8);
        assert_eq!(known.missing([id("a")].iter(), 8), []);
    }

    #[test]
    fn versions_tell_what_is_behind() {
        let mut known = Known::default();
        known.put(&id("same"), 5);
        known.put(&id("older"), 5);
        known.put(&id("extra"), 5);
        known.put(&id("newer"), 12);
        known.put(&id("gone"), 5);
        known.gone(&id("gone"), 6);
        let listed = [(id("same"), 5), (id("older"), 7), (id("new"), 8), (id("newer"), 9)];
        assert_eq!(known.behind(&listed, 10), [id("extra"), id("new"), id("older")]);
    }
}
