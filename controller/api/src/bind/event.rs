//! What is told about slices (§13).

use std::fmt::Write as _;

use scheduler_core::{ConditionType, Decision, Entries, Entry};

/// The most bytes of a note that the events API takes.
const NOTE_MAX: usize = 1024;
/// Where the list of scores ends, in bytes; what does not fit is `......`.
const SCORES_MAX: usize = 1000;

/// An event to emit: `regarding` is the Placement, `related` a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `reason`.
    pub reason: &'static str,
    /// `action`.
    pub action: &'static str,
    /// `type`.
    pub kind: EventKind,
    /// `note`; at most 1024 bytes.
    pub note: String,
    /// The name of the related PlacementDecision.
    pub related: String,
}

/// The type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// `Normal`.
    Normal,
    /// `Warning`.
    Warning,
}

impl EventKind {
    /// As it is spelled in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Normal => "Normal",
            EventKind::Warning => "Warning",
        }
    }
}

/// The events of one decision; what they have in common is made once.
pub(super) struct Events {
    /// ` with placement <name> in namespace <ns>`.
    place: String,
    /// `: <message> in plugin <plugin>`.
    warning: Option<String>,
    scores: Option<String>,
}

impl Events {
    pub fn new(decision: &Decision) -> Events {
        let key = &decision.placement;
        Events {
            place: format!("with placement {} in namespace {}", key.name, key.namespace),
            warning: warning(decision),
            scores: (!decision.scored.is_empty()).then(|| scores(&decision.scored)),
        }
    }

    pub fn created(&self, slice: &str) -> Vec<Event> {
        vec![self.event(
            "DecisionCreate",
            "DecisionCreated",
            format!("Decision {slice} is created {}", self.place),
            slice,
        )]
    }

    pub fn deleted(&self, slice: &str) -> Vec<Event> {
        vec![self.event(
            "DecisionDelete",
            "DecisionDeleted",
            format!("Decision {slice} is deleted {}", self.place),
            slice,
        )]
    }

    /// The update, and right behind it the scores, if there are any.
    pub fn updated(&self, slice: &str) -> Vec<Event> {
        let mut note = format!("Decision {slice} is updated {}", self.place);
        note.push_str(self.warning.as_deref().unwrap_or_default());
        let mut update = self.event("DecisionUpdate", "DecisionUpdated", note, slice);
        if self.warning.is_some() {
            update.kind = EventKind::Warning;
        }
        let scores = self.scores.iter().map(|note| self.event("ScoreUpdate", "ScoreUpdated", note.clone(), slice));
        [update].into_iter().chain(scores).collect()
    }

    fn event(&self, reason: &'static str, action: &'static str, mut note: String, slice: &str) -> Event {
        note.truncate(note.floor_char_boundary(NOTE_MAX)); // Q25
        Event { reason, action, kind: EventKind::Normal, note, related: slice.to_owned() }
    }
}

/// Of upstream's warnings the last (FLOW-3), unless an error replaced the status (SYNC-6).
fn warning(decision: &Decision) -> Option<String> {
    let misconfigured = decision.conditions.iter().any(|c| c.kind == ConditionType::Misconfigured && c.status);
    if misconfigured {
        return None;
    }
    let plugin = |warning: &scheduler_core::Warning| Some(format!(": {warning} in plugin {}", warning.plugin()?));
    decision.warnings.iter().rev().find_map(plugin)
}

fn scores(scored: &Entries) -> String {
    let mut note = String::new();
    let mut item = String::new();
    for Entry { cluster, score } in scored.iter() {
        item.clear();
        let _ = write!(item, "{cluster}:{score} "); // Into a String: cannot fail.
        if note.len() + item.len() > SCORES_MAX {
            note.push_str("......");
            break;
        }
        note.push_str(&item);
    }
    note
}

#[cfg(test)]
mod tests;
