//! Which faults a run meets: by name, at which write. What is printed of a schedule is enough to run it again.

use std::fmt;
use std::time::Duration;

use hub::double::{Act, Answer, Chance, Cut, Edit, Fault, Moment, Rule, When};

/// A fault by name: all that goes wrong at one write.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its name.
    pub name: &'static str,
    /// What happens at the write.
    faults: fn() -> Vec<Fault>,
    /// How long it lasts, in seconds, if it does not end with the write.
    lasts: u64,
}

fn before(act: Act) -> Fault {
    Fault::Act(Moment::Before, act)
}

fn after(act: Act) -> Fault {
    Fault::Act(Moment::After, act)
}

/// So many seconds.
const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

macro_rules! catalogue {
    ($($name:literal: [$($fault:expr),+] $(lasts $lasts:literal)?;)+) => {
        /// Every fault.
        pub const CATALOGUE: &[Named] = &[$(Named {
            name: $name,
            faults: || vec![$($fault),+],
            lasts: 0 $(+ $lasts)?,
        }),+];
    };
}

catalogue! {
    "429": [Fault::Answer(Answer::TooMany(3))];
    "conflict": [Fault::Answer(Answer::Conflict)];
    "500": [Fault::Answer(Answer::Internal)];
    "503": [Fault::Answer(Answer::Unavailable)];
    "lost-request": [Fault::Answer(Answer::LostRequest)];
    "lost-response": [Fault::Answer(Answer::LostResponse)];
    "slow-write": [Fault::Answer(Answer::Slow(s(45)))];
    "late-answer": [Fault::Answer(Answer::Late(s(45)))];
    "watches-dropped": [after(Act::Cut(Cut::Clean))];
    "watches-dropped-mid-line": [after(Act::Cut(Cut::MidLine))];
    "410": [after(Act::Expire)];
    "event-lost": [after(Act::LoseEvent)];
    "event-lost-then-410": [after(Act::LoseEvent), after(Act::Expire)];
    "event-twice": [after(Act::DoubleEvent)];
    "event-late": [after(Act::DelayEvent)];
    "slow-lists": [after(Act::SlowLists(s(20), s(90))), after(Act::Expire)];
    "no-streaming": [after(Act::RefuseStreaming), after(Act::Expire)];
    "list-cut-at-once": [after(Act::RefuseStreaming), after(Act::CutList(0)), after(Act::Expire)];
    "list-cut-after-a-page": [after(Act::RefuseStreaming), after(Act::CutList(1)), after(Act::Expire)];
    "stream-cut": [after(Act::CutList(2)), after(Act::Expire)];
    "time-travel": [after(Act::Expire), after(Act::FallBehind(50, s(60)))] lasts 60;
    "short-time-travel": [before(Act::FallBehind(3, s(20)))] lasts 20;
    "lease-stolen": [after(Act::StealLease)];
    "lease-stolen-before": [before(Act::StealLease)];
    "paused": [after(Act::Pause(s(200)))];
    "down": [after(Act::Down(s(600)))] lasts 600;
    "down-before": [before(Act::Down(s(600))), Fault::Answer(Answer::LostRequest)] lasts 600;
    "killed-before": [before(Act::Kill)];
    "killed-after": [after(Act::Kill)];
    "killed-then-time-travel": [after(Act::Kill), after(Act::FallBehind(50, s(60)))] lasts 60;
    "clock-forward": [before(Act::Jump(7200))];
    "clock-back": [before(Act::Jump(-7200))];
    "rival-status-before": [before(Act::Edit(Edit::Status))];
    "rival-status": [after(Act::Edit(Edit::Status))];
    "rival-takes-decisions": [after(Act::Edit(Edit::Decisions))];
    "rival-takes-decisions-before": [before(Act::Edit(Edit::Decisions))];
    "rival-takes-decisions-unanswered": [after(Act::Edit(Edit::Decisions)), Fault::Answer(Answer::Late(s(10)))];
    "rival-labels": [after(Act::Edit(Edit::Labels))];
    "rival-group-index": [after(Act::Edit(Edit::GroupIndex))];
    "rival-owner": [after(Act::Edit(Edit::Owner))];
    "rival-deletes": [after(Act::Edit(Edit::Delete))];
    "rival-deletes-before": [before(Act::Edit(Edit::Delete))];
}

/// One fault at one write of a run, counted from 0.
#[derive(Clone, Copy)]
pub struct Planned {
    /// Which.
    pub fault: Named,
    /// Where.
    pub write: u32,
}

/// The faults of a run, and the seed by which all else is timed.
#[derive(Clone)]
pub struct Schedule {
    /// Of the double.
    pub seed: u64,
    /// In no order.
    pub faults: Vec<Planned>,
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}:", self.seed)?;
        self.faults.iter().try_for_each(|planned| write!(f, " {}@{}", planned.fault.name, planned.write))
    }
}

impl Schedule {
    /// Nothing goes wrong.
    pub fn none() -> Schedule {
        Schedule { seed: 1, faults: Vec::new() }
    }

    /// This at that write.
    pub fn one(fault: Named, write: u32) -> Schedule {
        Schedule { seed: u64::from(write) + 1, faults: vec![Planned { fault, write }] }
    }

    /// Two to five faults at writes of a run that makes so many without; some come later than those.
    pub fn sampled(seed: u64, writes: u32) -> Schedule {
        let mut chance = Chance::new(seed);
        let number = 2 + chance.below(4);
        let mut plan = || {
            let write = u32::try_from(chance.below(u64::from(writes) + 3)).unwrap();
            Planned { fault: *chance.pick(CATALOGUE), write }
        };
        Schedule { seed, faults: (0..number).map(|_| plan()).collect() }
    }

    /// No fault is planned.
    pub fn is_none(&self) -> bool {
        self.faults.is_empty()
    }

    /// How long all of it can last.
    pub fn lasts(&self) -> Duration {
        self.faults.iter().map(|planned| s(planned.fault.lasts)).sum()
    }

    /// Whether the wall clock jumps: then what time alone changes comes at any moment.
    pub fn jumps(&self) -> bool {
        self.faults.iter().any(|planned| planned.fault.name.starts_with("clock-"))
    }

    /// As the double takes them.
    pub fn rules(&self) -> Vec<Rule> {
        let rules = |planned: &Planned| {
            let when = When::decision(planned.write);
            (planned.fault.faults)().into_iter().map(move |fault| Rule { when: when.clone(), fault })
        };
        self.faults.iter().flat_map(rules).collect()
    }
}
