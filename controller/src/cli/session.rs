//! What every command that decides has in common: the input, the profile, the time, what was noticed, the exit code.

use std::io::{self, BufWriter};
use std::time::{SystemTime, UNIX_EPOCH};

use kube_text::Time;
use scheduler_core::{Condition, ConditionType, Decision, Differences, Hold, Outcome, PlacementKey, Profiles, Warning};

use super::Exit;
use super::args::Input;
use super::engine::Deciding;
use super::fate::without_colon;
use super::mistake;
use super::notice::{Notice, Notices, Severity};
use super::world::World;

/// What follows from a mistake where decisions are held.
const STAYS: &str = "; the recorded decisions stay";

/// One run of a command.
pub(super) struct Session {
    pub world: World,
    pub notices: Notices,
    pub profiles: Profiles,
    /// Each placement is decided on one frozen view.
    pub upstream: bool,
    pub now: Time,
}

impl Session {
    /// Reads the input. `None`, and errors told, where a file is missing: nothing is to be answered then (OUT-4).
    pub fn open(input: &Input) -> Option<Session> {
        let Input { source, judging, plugins } = input;
        let mut notices = Notices::new(judging.strict, judging.quiet);
        let now = judging.now.unwrap_or_else(clock);
        let Deciding { profiles, upstream } = judging.profile.clone();
        let read = plugins.put_into(profiles, &mut notices).and_then(|profiles| {
            let world = World::read(source, judging.max_input, profiles.clone(), now, &mut notices)?;
            Some((world, profiles))
        });
        match read {
            Some((world, profiles)) => Some(Session { world, notices, profiles, upstream, now }),
            None => {
                write(&mut notices);
                None
            }
        }
    }

    /// The differences that decide how a placement's answer is written (EXT-5).
    pub fn differences(&self, key: &PlacementKey) -> Differences {
        let named = &self.profiles.named;
        let chosen = self.world.placements.get(key).and_then(|typed| named.get(typed.profile.as_ref()?));
        // An unknown name is the engine's to report; what is written then is the hub's profile's to say, as there.
        chosen.or_else(|| named.get(&self.profiles.default)).map_or(Differences::NONE, |profile| profile.differences)
    }

    /// Notes what a decision says to its user: what it warns of, and why it is none (OUT-1, OUT-4).
    pub fn tell(&mut self, decision: &Decision) {
        self.warn(decision);
        match &decision.outcome {
            Outcome::Held(hold) => {
                let what = match hold {
                    Hold::Misconfigured(message) => return self.mistake(decision, message, STAYS),
                    Hold::Policy(what) => what.clone(),
                    Hold::Plugin(what) => format!("a plugin failed: {what}"),
                    Hold::Panic(what) => format!("deciding it failed, a mistake in placewright: {what}"),
                };
                self.note(Severity::Error, decision, format!("{what}{STAYS}"));
            }
            Outcome::Placed { .. } => {
                for Condition { kind, status, message, .. } in &decision.conditions {
                    match (kind, status) {
                        (ConditionType::Misconfigured, true) => self.mistake(decision, message, ""),
                        (ConditionType::PolicyValid, false) => {
                            self.note(Severity::Error, decision, format!("{message}; no cluster is selected"));
                        }
                        _ => {}
                    }
                }
            }
            Outcome::Untouched => {}
        }
    }

    /// Notes a mistake in a spec: where, what, what to write instead, and what follows.
    fn mistake(&mut self, decision: &Decision, message: &str, follows: &str) {
        let placement = self.world.index.placement(&decision.placement);
        let (path, way_out) = placement.and_then(|placement| mistake::locate(placement, message)).unzip();
        let path = path.map(|path| format!("{path}: ")).unwrap_or_default();
        let hint = way_out.flatten().map(|way_out| format!("; {way_out}")).unwrap_or_default();
        let text = format!("{path}misconfigured: {}{hint}{follows}", without_colon(message));
        self.note(Severity::Error, decision, text);
    }

    /// Notes what a decision warns of.
    fn warn(&mut self, decision: &Decision) {
        for warning in &decision.warnings {
            let severity = match warning {
                Warning::Deleting | Warning::Disabled => Severity::Note,
                Warning::SetSelector { .. } => Severity::Error,
                _ => Severity::Warning,
            };
            self.note(severity, decision, warning.to_string());
        }
    }

    /// Keeps a notice about a placement.
    pub fn note(&mut self, severity: Severity, decision: &Decision, text: String) {
        let key = &decision.placement;
        let place = self.world.placements.get(key).map(|typed| typed.place.clone());
        self.notices.add(Notice { severity, place, object: Some(format!("Placement {key}")), path: None, text });
    }

    /// Tells what was noticed, and says how the run ends so far.
    pub fn close(&mut self) -> Exit {
        let exit = if self.notices.any_error() { Exit::Failed } else { Exit::Done };
        write(&mut self.notices);
        exit
    }
}

/// Tells what was noticed.
pub(super) fn write(notices: &mut Notices) {
    // Where nobody can be told, the answer and the exit code are what is left.
    let _ = notices.write(&mut BufWriter::new(io::stderr().lock()));
}

/// The clock's time, to the second: what `metav1.Time` can hold.
pub(super) fn clock() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
