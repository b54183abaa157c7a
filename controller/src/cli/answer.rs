//! What `schedule` answers for one placement.

use std::collections::BTreeMap;

use api::bind::{self, Recorded};
use kube_text::Time;
use scheduler_core::{Decision, Fate, Part, Snapshot, Trail};

use super::notice::Severity;
use super::session::Session;

/// One placement's answer.
pub(super) struct Answer {
    /// What was decided.
    pub decision: Decision,
    /// What stands after the write.
    pub after: Recorded,
    /// The score parts of each selected cluster in the decision's order; only where they are printed.
    pub parts: Vec<Vec<Part>>,
    /// The time the answer holds at, where it depends on it (OUT-3).
    pub as_of: Option<Time>,
}

impl Answer {
    /// What follows from a decision, and what it says to its user.
    pub fn new(decision: Decision, parts: Vec<Vec<Part>>, session: &mut Session) -> Answer {
        session.tell(&decision);
        let key = &decision.placement;
        let differences = session.differences(key);
        let recorded = session.world.recorded(key);
        for notice in bind::notices(&decision, &recorded, &differences) {
            session.note(Severity::Warning, &decision, notice.to_string());
        }
        let writes = bind::bind(&decision, &recorded, &differences, session.now);
        let after = bind::apply(&writes, recorded);
        let as_of = session.world.looks_at_the_clock(key).then_some(session.now);
        Answer { decision, after, parts, as_of }
    }
}

/// The score parts of each selected cluster in the decision's order.
pub(super) fn parts(snapshot: &Snapshot<'_>, trail: &Trail, decision: &Decision) -> Vec<Vec<Part>> {
    let mut selected: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    trail.fates(snapshot, &mut |cluster, fate| {
        if let Fate::Ranked { selected: true, parts, .. } = fate {
            selected.insert(cluster.to_owned(), parts);
        }
    });
    decision.entries().map(|entry| selected.remove(entry.cluster.as_str()).unwrap_or_default()).collect()
}
