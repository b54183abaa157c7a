//! Law 2 over whole histories: an index that went through anything answers as one made of the facts that are left.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use scheduler_core::{Decision, Fact, Index, Key, PlacementKey, Slice, Symbol, Time, Trail};

use super::{compare_all, steps};
use crate::engine::{self, Answered};
use crate::generate::{self, Change, graft};
use crate::naive::World;

/// Law 2: whatever happens, every answer, due time and step is that of a fresh index of the same facts, and a placement
/// that nobody woke would have got the answer that it got, given the same decision counts (Q15).
#[must_use]
pub fn incremental_is_from_scratch(history: &[Change], profile: &'static str) -> Vec<String> {
    catch_unwind(AssertUnwindSafe(|| Hub::new(profile).live(history))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map_or("", String::as_str);
        vec![format!("a panic: {text}")]
    })
}

/// The same, told with a history from which no part can be left out.
#[must_use]
pub fn incremental_is_from_scratch_or_why(history: &[Change], profile: &'static str) -> Vec<String> {
    if incremental_is_from_scratch(history, profile).is_empty() {
        return Vec::new();
    }
    let smallest = without_idle(history, |some| !incremental_is_from_scratch(some, profile).is_empty());
    let mut broken = vec![format!("in profile {profile}")];
    broken.extend(smallest.iter().map(|change| format!("{change:?}")));
    broken.extend(incremental_is_from_scratch(&smallest, profile));
    broken
}

/// Leaves out part after part, smaller and smaller ones, as long as what is left still breaks.
fn without_idle(history: &[Change], breaks: impl Fn(&[Change]) -> bool) -> Vec<Change> {
    let mut left = history.to_vec();
    let mut part = left.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < left.len() {
            let mut fewer = left.clone();
            fewer.drain(at..left.len().min(at + part));
            if breaks(&fewer) {
                left = fewer;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    left
}

/// What somebody saw who looked.
#[derive(Clone)]
struct Seen {
    /// The index as it was.
    index: Index,
    now: Time,
    counts: BTreeMap<Symbol, u32>,
    answers: BTreeMap<PlacementKey, Decision>,
}

impl Seen {
    /// By somebody whom the index does not notice.
    fn of(index: &Index, world: &World, now: Time) -> Seen {
        let mut copy = index.clone();
        let (snapshot, mut trail) = (copy.snapshot(now), Trail::default());
        let answers = world.placements.keys().map(|key| (key.clone(), snapshot.schedule(key, &mut trail))).collect();
        Seen { index: copy, now, counts: counts(world), answers }
    }
}

/// An index, and beside it all that is known of it from outside.
struct Hub {
    index: Index,
    world: World,
    profile: &'static str,
    now: Time,
    last: Option<Seen>,
    /// Who was decided since the last look.
    decided: BTreeSet<PlacementKey>,
}

impl Hub {
    fn new(profile: &'static str) -> Hub {
        Hub {
            index: Index::new(engine::profiles(profile)),
            world: World::default(),
            profile,
            now: generate::NOW,
            last: None,
            decided: BTreeSet::new(),
        }
    }

    /// One trail serves all passes, those of originals and copies in turn, so that what it keeps has to follow every change.
    fn live(mut self, history: &[Change]) -> Vec<String> {
        let mut trail = Trail::default();
        let mut originals: Vec<Hub> = Vec::new();
        for (i, change) in history.iter().enumerate() {
            let mut broken = self.happens(change);
            if matches!(change, Change::Look | Change::Fork) {
                broken.extend(self.look(&mut trail));
                broken.extend(originals.last_mut().map_or(Vec::new(), |original| original.look(&mut trail)));
            }
            if matches!(change, Change::Fork) {
                originals.push(self.fork());
            }
            if !broken.is_empty() {
                broken.push(format!("after change {i}, {change:?}"));
                return broken;
            }
        }
        let mut broken = self.ends(&mut trail);
        for original in originals {
            broken.extend(original.ends(&mut trail).into_iter().map(|what| format!("an original of a copy: {what}")));
        }
        broken
    }

    /// What is seen at the end, also by the oracle.
    fn ends(mut self, trail: &mut Trail) -> Vec<String> {
        let mut broken = self.look(trail);
        broken.extend(self.steps_like_a_fresh_one());
        broken.extend(compare_all(&mut self.index, &self.world, self.profile, self.now));
        broken
    }

    /// This lives on with a copy of the index, the original is set aside.
    fn fork(&mut self) -> Hub {
        let copy = self.index.clone();
        Hub {
            index: std::mem::replace(&mut self.index, copy),
            world: self.world.clone(),
            last: self.last.clone(),
            decided: self.decided.clone(),
            ..*self
        }
    }

    fn happens(&mut self, change: &Change) -> Vec<String> {
        match change {
            Change::Apply(fact) => self.apply(fact.clone()),
            Change::Graft(fact, section) => {
                self.apply(graft(self.world.fact(&fact.key()), fact.clone(), *section));
            }
            Change::Remove(key) => {
                self.index.remove(key);
                self.world.remove(key);
            }
            Change::Wake(Key::Placement(key)) => self.index.wake(key),
            Change::Wake(_) | Change::Look | Change::Fork => {}
            Change::Pass(seconds) => self.now = self.now.plus_seconds_saturating(i64::from(*seconds)),
            Change::Due(off) => {
                let due = self.index.next_due().map(|due| due.unix_nanos().saturating_add(i128::from(*off)));
                // Far in the future is as good as never.
                let due = due.map(Time::from_unix_nanos).filter(|due| due.unix_nanos() < i128::from(i64::MAX));
                self.now = due.map_or(self.now, |due| due.max(self.now));
            }
            Change::Profile(profile) => {
                self.profile = profile;
                self.index.set_profiles(engine::profiles(profile));
            }
            Change::Step(at_most) => return self.step(*at_most),
        }
        Vec::new()
    }

    fn apply(&mut self, fact: Fact) {
        self.world.apply(&fact);
        self.index.apply(fact);
    }

    /// Who is awake or due by now, asked of a copy.
    fn awake(&self) -> Vec<PlacementKey> {
        let mut copy = self.index.clone();
        copy.step(self.now, 0, &mut |_, _, _| {});
        copy.awake()
    }

    /// Everybody's answer is that of a fresh index, and who sleeps says what he said.
    fn look(&mut self, trail: &mut Trail) -> Vec<String> {
        let awake: BTreeSet<PlacementKey> = self.awake().into_iter().collect();
        let mut fresh = engine::index(&self.world.facts(), self.profile);
        let (snapshot, fresh) = (self.index.snapshot(self.now), fresh.snapshot(self.now));
        let mut broken = Vec::new();
        let mut answers = BTreeMap::new();
        for key in self.world.placements.keys() {
            let ours = engine::answer(&snapshot, key, trail);
            let theirs = engine::answer(&fresh, key, &mut Trail::default());
            if ours != theirs {
                broken.push(format!("{key} says\n  {ours:?}\nfrom scratch\n  {theirs:?}"));
            }
            answers.insert(key.clone(), ours.decision);
        }
        let seen = Seen { index: self.index.clone(), now: self.now, counts: counts(&self.world), answers };
        let before = self.last.replace(seen);
        let decided = std::mem::take(&mut self.decided);
        if let (Some(before), Some(after)) = (before, &self.last) {
            let asleep = |key: &&PlacementKey| !awake.contains(key) && !decided.contains(key);
            for key in self.world.placements.keys().filter(asleep) {
                broken.extend(sleeps_soundly(key, &before, after));
            }
        }
        broken
    }

    /// Steps; the oracle follows, decision by decision. Those who are awake are decided in their order.
    fn step(&mut self, at_most: usize) -> Vec<String> {
        let awake = self.awake();
        let mut decided = Vec::new();
        let mut broken = self.commits_wake(at_most);
        let (index, world) = (&mut self.index, &mut self.world);
        broken.extend(steps::replayed(index, world, self.profile, self.now, at_most, &mut decided));
        if at_most == 1 && decided.first() != awake.first() {
            broken.push(format!("{decided:?} was decided, awake were {awake:?}"));
        }
        if at_most == usize::MAX {
            let missed: Vec<&PlacementKey> = awake.iter().filter(|key| !decided.contains(key)).collect();
            let still = self.awake();
            if !missed.is_empty() || !still.is_empty() {
                broken.push(format!("a step left out {missed:?}, and {still:?} are awake after it"));
            }
        }
        self.decided.extend(decided);
        broken
    }

    /// Decision by decision, in a copy: whose answer one decision moves, also of those decided just before, is awake after it.
    fn commits_wake(&self, at_most: usize) -> Vec<String> {
        let (mut index, mut world) = (self.index.clone(), self.world.clone());
        let mut before = Seen::of(&index, &world, self.now);
        let mut broken = Vec::new();
        for _ in 0..at_most {
            let mut decided = Vec::new();
            steps::replayed(&mut index, &mut world, self.profile, self.now, 1, &mut decided);
            let Some(decided) = decided.pop() else { break };
            let awake = index.clone().awake();
            let after = Seen::of(&index, &world, self.now);
            let asleep = world.placements.keys().filter(|key| **key != decided && !awake.contains(key));
            let moved = asleep.filter_map(|key| sleeps_soundly(key, &before, &after));
            broken.extend(moved.map(|what| format!("once {decided} is decided, {what}")));
            before = after;
        }
        broken
    }

    /// With everybody awake a step takes, decides and leaves the same as a fresh index does, and is due when that one is.
    fn steps_like_a_fresh_one(&self) -> Vec<String> {
        let mut copy = self.index.clone();
        self.world.placements.keys().for_each(|key| copy.wake(key));
        let mut fresh = engine::index(&self.world.facts(), self.profile);
        let (ours, theirs) = (stepped(&mut copy, self.now), stepped(&mut fresh, self.now));
        let mut broken = Vec::new();
        if ours != theirs {
            broken.push(format!("steps as\n  {ours:?}\nfrom scratch\n  {theirs:?}"));
        }
        if copy.next_due() != fresh.next_due() {
            broken.push(format!("is due at {:?}, from scratch at {:?}", copy.next_due(), fresh.next_due()));
        }
        broken
    }
}

fn stepped(index: &mut Index, now: Time) -> Vec<Answered> {
    let mut answers = Vec::new();
    index.step(now, usize::MAX, &mut |snapshot, trail, decision| {
        answers.push(Answered { decision, fates: engine::fates(snapshot, trail) });
    });
    answers
}

/// How often each name stands in slices.
fn counts(world: &World) -> BTreeMap<Symbol, u32> {
    let mut counts = BTreeMap::new();
    for name in world.slices.values().flat_map(|slice| &slice.clusters) {
        *counts.entry(name.clone()).or_default() += 1;
    }
    counts
}

/// Nobody woke or decided a placement between two looks: it says the same, given the same decision counts.
fn sleeps_soundly(key: &PlacementKey, before: &Seen, after: &Seen) -> Option<String> {
    let is = &after.answers[key];
    let Some(was) = before.answers.get(key) else { return Some(format!("{key} is new and sleeps")) };
    if was == is {
        return None;
    }
    let (was, is) = if before.counts == after.counts {
        (was.clone(), is.clone())
    } else {
        (given_the_counts(key, before, after), given_the_counts(key, after, before))
    };
    (was != is).then(|| format!("{key} sleeps and says\n  {is:?}\nafter saying\n  {was:?}"))
}

/// What a placement said at one look, had every name stood as often as at the other where that was more often. Slices of
/// nobody make up for it, so that both looks are taken with the higher count of either.
fn given_the_counts(key: &PlacementKey, at: &Seen, other: &Seen) -> Decision {
    let mut index = at.index.clone();
    let missing = other.counts.iter().flat_map(|(name, count)| {
        let here = at.counts.get(name).copied().unwrap_or(0);
        std::iter::repeat_n(name.clone(), count.saturating_sub(here) as usize)
    });
    let clusters = missing.collect();
    index.apply(Fact::Slice(Slice { namespace: "nobody".into(), name: "s".into(), placement: None, clusters }));
    index.snapshot(at.now).schedule(key, &mut Trail::default())
}
