//! CPU and wall time of workloads: medians of rounds, with the lowest and the highest.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::workload::Workload;

/// Fewer rounds than this are no figure.
const ROUNDS_MIN: usize = 5;
const ROUNDS_MAX: usize = 400;
/// Nanoseconds: a round that is shorter is lost in the clock's own cost and grain.
const ROUND: f64 = 400_000.0;
/// Enough for one workload and its floor, if the fewest rounds are done by then.
const ENOUGH: Duration = Duration::from_millis(600);

/// Nanoseconds of one unit of work over all rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Half the rounds took no more.
    pub median: f64,
    /// The quickest round.
    pub min: f64,
    /// The slowest round.
    pub max: f64,
}

/// What a unit of work took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timed {
    /// CPU time of all threads.
    pub cpu: Spread,
    /// From start to end.
    pub wall: Spread,
    /// How many rounds were measured.
    pub rounds: usize,
}

/// Times `ours` and `floor` in turn, round by round, so that both see the same machine.
pub fn side_by_side(ours: &mut dyn Workload, floor: Option<&mut dyn Workload>) -> (Timed, Option<Timed>) {
    let start = Instant::now();
    let cost = own_cost();
    let (mut ours, mut floor) = (Side::new(ours, cost), floor.map(|floor| Side::new(floor, cost)));
    for round in 0..ROUNDS_MAX {
        if round >= ROUNDS_MIN && start.elapsed() > ENOUGH {
            break;
        }
        ours.round();
        floor.iter_mut().for_each(Side::round);
    }
    (Timed::of(&ours.rounds), floor.map(|floor| Timed::of(&floor.rounds)))
}

/// CPU and wall time in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// Of all threads.
    pub cpu: f64,
    /// From start to end.
    pub wall: f64,
}

impl Taken {
    /// One after the other.
    #[must_use]
    pub fn and(self, other: Taken) -> Taken {
        Taken { cpu: self.cpu + other.cpu, wall: self.wall + other.wall }
    }
}

/// Times `runs` runs, the clock's own cost included.
pub fn time(work: &mut dyn Workload, runs: u32) -> Taken {
    let at_once = work.at_once().clamp(1, runs);
    let mut taken = Taken::default();
    let mut left = runs;
    while left > 0 {
        let now = left.min(at_once);
        work.prepare(now);
        let watch = Watch::start();
        (0..now).for_each(|_| work.run());
        taken = taken.and(watch.stop());
        left -= now;
    }
    taken
}

/// Started, and read once.
#[derive(Clone, Copy)]
pub struct Watch {
    cpu: Duration,
    wall: Instant,
}

impl Watch {
    /// From now on.
    pub fn start() -> Watch {
        let wall = Instant::now();
        Watch { cpu: cpu_now(), wall }
    }

    /// Until now.
    pub fn stop(self) -> Taken {
        let cpu = cpu_now().saturating_sub(self.cpu).as_nanos() as f64;
        Taken { cpu, wall: self.wall.elapsed().as_nanos() as f64 }
    }
}

/// CPU time of this process so far.
fn cpu_now() -> Duration {
    let spec = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spec.tv_sec.unsigned_abs(), u32::try_from(spec.tv_nsec).unwrap_or_default())
}

/// What measuring nothing seems to take.
fn own_cost() -> Taken {
    let empty: Vec<Taken> = (0..1_000).map(|_| Watch::start().stop()).collect();
    let Timed { cpu, wall, .. } = Timed::of(&empty);
    Taken { cpu: cpu.median, wall: wall.median }
}

/// One side of a comparison.
struct Side<'w> {
    work: &'w mut dyn Workload,
    runs: u32,
    cost: Taken,
    rounds: Vec<Taken>,
}

impl<'w> Side<'w> {
    /// Runs it a few times to warm it up, and finds how often it has to run for a round that can be measured.
    fn new(work: &'w mut dyn Workload, cost: Taken) -> Self {
        let at_once = work.at_once();
        let mut runs = 1;
        while time(work, runs).wall < ROUND && runs < at_once {
            runs = (runs * 2).min(at_once);
        }
        Side { work, runs, cost, rounds: Vec::new() }
    }

    fn round(&mut self) {
        let taken = time(self.work, self.runs);
        let units = f64::from(self.runs) * f64::from(self.work.units());
        let net = |taken: f64, cost: f64| (taken - cost).max(0.0) / units;
        self.rounds.push(Taken { cpu: net(taken.cpu, self.cost.cpu), wall: net(taken.wall, self.cost.wall) });
    }
}

impl Timed {
    /// Of these rounds.
    pub fn of(rounds: &[Taken]) -> Timed {
        let spread = |part: fn(&Taken) -> f64| Spread::of(rounds.iter().map(part).collect());
        Timed { cpu: spread(|taken| taken.cpu), wall: spread(|taken| taken.wall), rounds: rounds.len() }
    }
}

impl Spread {
    /// Of no values: zeros.
    fn of(mut values: Vec<f64>) -> Spread {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        Spread { median: at(values.len() / 2), min: at(0), max: at(values.len().saturating_sub(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn half_the_rounds_took_no_more_than_the_median() {
        let spread = Spread::of(vec![3.0, 1.0, 9.0, 2.0, 4.0]);
        assert_eq!(spread, Spread { median: 3.0, min: 1.0, max: 9.0 });
    }
}
