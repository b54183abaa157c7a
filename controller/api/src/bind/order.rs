//! In which order slices are written so that a cluster selected before and after is in one of them at every moment (C18).
//!
//! A slice may lose a cluster once another one holds it. Where slices wait for one another in a cycle, one of them is
//! written with what it gains *and* what it must not lose yet, and trimmed when the others have theirs; what would not
//! fit into it waits in a temporary slice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::render::Wanted;
use super::{Recorded, SLICE_MAX};

/// One step; numbers are positions among the wanted slices.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Write the slice as wanted.
    Whole(usize),
    /// Write the slice with these clusters, ascending.
    Extended(usize, Vec<&'a str>),
    /// Write an extended slice again, now as wanted.
    Trimmed(usize),
    /// Create a slice with these clusters, in the group of that wanted slice.
    Temporary(usize, Vec<&'a str>),
}

/// Every wanted slice once, extended ones twice. Slices that gain come first where nothing else decides, then by number.
///
/// O(n) if everything stands as wanted, else O(n log n) and at most [`SLICE_MAX`] more for each cluster that moves.
pub(super) fn order<'a>(wanted: &'a [Wanted<'a>], recorded: &'a Recorded) -> Vec<Step<'a>> {
    let stands = |slice: &Wanted<'_>| {
        let there = recorded.slices.get(&slice.name);
        there.is_some_and(|there| recorded.is_visible(there) && slice.is_said_by(&there.status.decisions))
    };
    if wanted.iter().all(stands) {
        return (0..wanted.len()).map(Step::Whole).collect();
    }
    let mut plan = Plan::new(wanted, recorded);
    while plan.left > 0 {
        match plan.safe() {
            Some(slice) => plan.write(slice),
            None => plan.break_cycle(),
        }
    }
    plan.steps
}

/// A slice that is not wanted any more, or a temporary one: it goes last, so what it holds is safe until then.
const STAYS: usize = usize::MAX;

struct Plan<'a> {
    wanted: &'a [Wanted<'a>],
    moves: Vec<Moves<'a>>,
    /// Of each cluster that moves: the slice that wants it, and those that hold it now.
    movers: BTreeMap<&'a str, (usize, Vec<usize>)>,
    /// Slices that seemed safe to write when they were put here: gaining ones first.
    ready: BTreeSet<(bool, usize)>,
    left: usize,
    steps: Vec<Step<'a>>,
}

/// What writing one slice changes.
#[derive(Default)]
struct Moves<'a> {
    /// Clusters that it holds and another slice wants.
    losses: Vec<&'a str>,
    /// Clusters that it wants and a slice loses.
    gains: Vec<&'a str>,
    /// It wants something it does not hold.
    grows: bool,
    extended: bool,
    done: bool,
}

impl<'a> Plan<'a> {
    fn new(wanted: &'a [Wanted<'a>], recorded: &'a Recorded) -> Plan<'a> {
        let number: HashMap<&str, usize> =
            wanted.iter().enumerate().map(|(i, slice)| (slice.name.as_str(), i)).collect();
        let entries = |(i, slice): (usize, &'a Wanted<'a>)| slice.entries.iter().map(move |e| (e.cluster.as_str(), i));
        let place: HashMap<&str, usize> = wanted.iter().enumerate().flat_map(entries).collect();
        let mut moves: Vec<Moves<'a>> = wanted.iter().map(|_| Moves { grows: true, ..Moves::default() }).collect();
        let mut movers: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
        let mut held: Vec<(usize, Vec<&str>)> = Vec::new();
        for slice in recorded.slices.values().filter(|slice| recorded.is_visible(slice)) {
            let mut clusters: Vec<&str> = slice.status.decisions.iter().map(|d| d.cluster_name.as_str()).collect();
            clusters.sort_unstable();
            clusters.dedup();
            let holder = number.get(slice.metadata.name.as_str()).copied().unwrap_or(STAYS);
            for &cluster in &clusters {
                let Some(&wants) = place.get(cluster).filter(|wants| **wants != holder) else { continue };
                movers.entry(cluster).or_insert((wants, Vec::new()));
                if let Some(moves) = moves.get_mut(holder) {
                    moves.losses.push(cluster);
                }
            }
            if let Some(moves) = moves.get_mut(holder) {
                let holds = |cluster: &str| clusters.binary_search(&cluster).is_ok();
                moves.grows = wanted[holder].entries.iter().any(|e| !holds(e.cluster));
            }
            held.push((holder, clusters));
        }
        for (holder, clusters) in held {
            for cluster in clusters {
                if let Some((_, holders)) = movers.get_mut(cluster) {
                    holders.push(holder);
                }
            }
        }
        for (cluster, (wants, holders)) in &movers {
            if !holders.contains(wants) {
                moves[*wants].gains.push(cluster);
            }
        }
        let left = wanted.len();
        let mut plan = Plan { wanted, moves, movers, ready: BTreeSet::new(), left, steps: Vec::new() };
        (0..left).for_each(|slice| plan.offer(slice));
        plan
    }

    /// Whether nobody but this slice holds a cluster that it is about to lose.
    fn holds_alone(&self, slice: usize, cluster: &str) -> bool {
        self.movers.get(cluster).is_some_and(|(_, holders)| holders.iter().all(|holder| *holder == slice))
    }

    fn alone(&self, slice: usize) -> impl Iterator<Item = &'a str> {
        self.moves[slice].losses.iter().copied().filter(move |cluster| self.holds_alone(slice, cluster))
    }

    /// Notes a slice that can be written.
    fn offer(&mut self, slice: usize) {
        if self.moves.get(slice).is_some_and(|moves| !moves.done) && self.alone(slice).next().is_none() {
            let moves = &self.moves[slice];
            self.ready.insert((moves.extended || !moves.grows, slice));
        }
    }

    /// The next slice that can be written. What became unsafe since it was noted is dropped, and noted again when the
    /// cluster it holds alone has arrived.
    fn safe(&mut self) -> Option<usize> {
        loop {
            let (_, slice) = self.ready.pop_first()?;
            if !self.moves[slice].done && self.alone(slice).next().is_none() {
                return Some(slice);
            }
        }
    }

    fn write(&mut self, slice: usize) {
        let extended = self.moves[slice].extended;
        self.steps.push(if extended { Step::Trimmed(slice) } else { Step::Whole(slice) });
        self.moves[slice].done = true;
        self.left -= 1;
        self.hand_over(slice, &[]);
    }

    /// The slice lets go of its losses but these, and holds its gains.
    fn hand_over(&mut self, slice: usize, keeps: &[&'a str]) {
        for cluster in std::mem::replace(&mut self.moves[slice].losses, keeps.to_vec()) {
            if let Some((_, holders)) = self.movers.get_mut(cluster).filter(|_| !keeps.contains(&cluster)) {
                holders.retain(|holder| *holder != slice);
            }
        }
        for cluster in std::mem::take(&mut self.moves[slice].gains) {
            let Some((_, holders)) = self.movers.get_mut(cluster) else { continue };
            let others = holders.clone();
            holders.push(slice);
            others.into_iter().for_each(|other| self.offer(other));
        }
    }

    /// Nothing can be written: each slice left holds alone what another one is still to gain.
    fn break_cycle(&mut self) {
        let overflow = |slice: usize| (self.wanted[slice].entries.len() + self.alone(slice).count()) > SLICE_MAX;
        let Some(slice) = self.cycle().into_iter().min_by_key(|slice| (overflow(*slice), *slice)) else {
            unreachable!("slices are left, and the first of them waits for another");
        };
        let mut keeps: Vec<&str> = self.alone(slice).collect();
        // What goes to one slice stays together.
        keeps.sort_by_key(|cluster| (self.movers.get(cluster).map(|(wants, _)| *wants), *cluster));
        let room = SLICE_MAX.saturating_sub(self.wanted[slice].entries.len());
        let surplus = keeps.split_off(room.min(keeps.len()));
        for chunk in surplus.chunks(SLICE_MAX) {
            let mut receiver = slice;
            for cluster in chunk {
                if let Some((wants, holders)) = self.movers.get_mut(cluster) {
                    receiver = *wants;
                    holders.push(STAYS);
                }
            }
            let mut clusters = chunk.to_vec();
            clusters.sort_unstable();
            self.steps.push(Step::Temporary(receiver, clusters));
        }
        if keeps.is_empty() {
            return self.write(slice);
        }
        let mut clusters: Vec<&str> = self.wanted[slice].entries.iter().map(|e| e.cluster.as_str()).collect();
        clusters.extend(&keeps);
        clusters.sort_unstable();
        self.steps.push(Step::Extended(slice, clusters));
        self.moves[slice].extended = true;
        self.hand_over(slice, &keeps);
    }

    /// Follows what the first slice left holds alone to the slice that wants it, and so on, until one comes again.
    fn cycle(&self) -> Vec<usize> {
        let mut path = Vec::new();
        let mut seen = BTreeMap::new();
        let mut next = self.moves.iter().position(|moves| !moves.done && !moves.extended);
        while let Some(slice) = next {
            if let Some(start) = seen.insert(slice, path.len()) {
                return path.split_off(start);
            }
            path.push(slice);
            next = self.alone(slice).next().and_then(|cluster| self.movers.get(cluster)).map(|(wants, _)| *wants);
        }
        path
    }
}

#[cfg(test)]
mod tests;
