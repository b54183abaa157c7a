//! What became of a cluster, in words and as values.

use kube_text::Time;
use scheduler_core::{Absence, Decision, Fate, Guard, Part, Reason, Stage};
use serde_json::{Value, json};

use super::number::thousands;

/// The total of all parts (PRIO-20).
pub(super) fn total(parts: &[Part]) -> i64 {
    parts.iter().map(Part::product).sum()
}

/// `Balance 100, Steady 0, AddOn/usage/cpu 30 × 2`.
pub(super) fn parts_text(parts: &[Part]) -> String {
    if parts.is_empty() {
        return "no prioritizer has a weight".to_owned();
    }
    let part = |part: &Part| match (part.score, part.weight) {
        (None, _) => format!("{} takes no part", part.prioritizer),
        (Some(score), 1) => format!("{} {score}", part.prioritizer),
        (Some(score), weight) => format!("{} {score} × {weight}", part.prioritizer),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// The head of a prioritizer's column: its name, and its weight where that is not 1.
pub(super) fn head(part: &Part) -> String {
    match part.weight {
        1 => part.prioritizer.to_uppercase(),
        weight => format!("{} ×{weight}", part.prioritizer.to_uppercase()),
    }
}

/// A prioritizer's score; `-` where the cluster takes no part, which is not 0.
pub(super) fn score(part: &Part) -> String {
    part.score.map_or_else(|| "-".to_owned(), thousands)
}

/// Why a cluster that is not selected is not: the rule with the actual values, or how far it is behind (OUT-5).
pub(super) fn why_not(fate: &Fate, decision: &Decision) -> String {
    match fate {
        Fate::NotMember(absence) => absence_text(*absence).to_owned(),
        Fate::Rejected { reason: reason @ Reason::Misconfigured(_), .. }
        | Fate::Rejected { stage: Stage::Score, reason } => reason_text(reason),
        Fate::Rejected { stage, reason } => format!("{stage}: {}", reason_text(reason)),
        Fate::Kept { by: Guard::FailStatic, would } => {
            format!("stays, because nothing was decided: {}", reason_text(would))
        }
        Fate::Ranked { selected: true, .. } => "selected".to_owned(),
        Fate::Ranked { selected: false, margin, parts, .. } => outranked(*margin, total(parts), decision),
    }
}

/// A reason in words; upstream's colon behind a plugin without a name is left out (PRIO-6).
fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::Misconfigured(message) => format!("misconfigured: {}", without_colon(message)),
        other => other.to_string(),
    }
}

/// Upstream's messages begin with the plugin's name and a colon, or with the colon alone (PRIO-6).
pub(super) fn without_colon(message: &str) -> &str {
    message.strip_prefix(':').unwrap_or(message)
}

/// By whom a cluster is outranked, and by how much: by the last one that was selected.
fn outranked(margin: i64, total: i64, decision: &Decision) -> String {
    let last = decision.entries().min_by(|a, b| a.score.cmp(&b.score).then(b.cluster.cmp(a.cluster)));
    match last {
        None => "no cluster is wanted".to_owned(),
        Some(last) if margin == 0 => {
            format!("outranked by `{}`, whose name comes first at the same total {}", last.cluster, thousands(total))
        }
        Some(last) => {
            format!("outranked by `{}`, {} against {}", last.cluster, thousands(last.score), thousands(total))
        }
    }
}

/// Why a cluster was no candidate.
pub(super) fn absence_text(absence: Absence) -> &'static str {
    match absence {
        Absence::Gone => "there is no such ManagedCluster",
        Absence::Deleting => "is being deleted",
        Absence::NoEligibleSet => "is in none of the placement's cluster sets",
    }
}

/// Until when a cluster passes the filters, and what ends it then (OUT-6).
pub(super) fn leaves_text(at: Time, reason: &Reason) -> String {
    match reason {
        Reason::Taint { taint, .. } => format!("leaves at {at}: toleration of `{}` ends", taint.key),
        other => format!("leaves at {at}: {other}"),
    }
}

/// The same as values: field names are a promise to programs.
pub(super) fn to_json(cluster: &str, fate: &Fate, decision: &Decision, until: Option<&(Time, Reason)>) -> Value {
    let mut value = match fate {
        Fate::NotMember(absence) => {
            let reason = match absence {
                Absence::Gone => "Gone",
                Absence::Deleting => "Deleting",
                Absence::NoEligibleSet => "NoEligibleSet",
            };
            json!({"fate": "NotMember", "reason": reason, "message": absence_text(*absence)})
        }
        Fate::Rejected { stage, reason } => {
            json!({"fate": "Rejected", "stage": stage.to_string(), "message": reason_text(reason)})
        }
        Fate::Kept { would, .. } => {
            json!({"fate": "Kept", "reason": "FailStatic", "message": reason_text(would)})
        }
        Fate::Ranked { selected, rank, margin, parts } => {
            let prioritizers: Vec<Value> = parts.iter().map(part_json).collect();
            let mut value = json!({
                "fate": if *selected { "Selected" } else { "Outranked" },
                "rank": rank, "margin": margin, "total": total(parts), "prioritizers": prioritizers,
            });
            if !selected {
                value["message"] = why_not(fate, decision).into();
            }
            value
        }
    };
    value["cluster"] = cluster.into();
    if let Some((at, reason)) = until {
        value["until"] = json!({"time": at.to_rfc3339_nanos(), "message": leaves_text(*at, reason)});
    }
    value
}

fn part_json(part: &Part) -> Value {
    let mut value = json!({"name": part.prioritizer.as_str(), "weight": part.weight, "score": part.score});
    if let Some(told) = &part.told {
        value["message"] = told.as_str().into();
    }
    value
}

#[cfg(test)]
mod tests {
    use scheduler_core::{Entries, Group, Outcome, PlacementKey, Symbol};

    use super::*;

    fn decision(entries: &[(&str, i64)]) -> Decision {
        let entries = entries.iter().map(|(cluster, score)| ((*cluster).into(), *score)).collect();
        Decision {
            placement: PlacementKey::default(),
            outcome: Outcome::Placed {
                groups: vec![Group { name: Symbol::default(), entries }],
                selected: 0,
                shortfall: None,
            },
            conditions: Vec::new(),
            warnings: Vec::new(),
            rejected: Vec::new(),
            scored: Entries::default(),
            remember: Vec::new(),
            requeue_at: None,
        }
    }

    fn part(name: &str, weight: i32, score: Option<i32>) -> Part {
        Part { prioritizer: name.into(), weight, score, told: None }
    }

    #[track_caller]
    fn check(fate: &Fate, selected: &[(&str, i64)], want: &str) {
        assert_eq!(why_not(fate, &decision(selected)), want);
    }

    fn ranked(margin: i64, score: i32) -> Fate {
        Fate::Ranked { selected: false, rank: 3, margin, parts: vec![part("Balance", 1, Some(score))] }
    }

    #[test]
    fn outranked_by_the_last_selected() {
        check(&ranked(-50, 50), &[("a", 200), ("b", 100)], "outranked by `b`, 100 against 50");
    }
    #[test]
    fn a_tie_goes_by_name_and_the_later_name_is_the_last() {
        let want = "outranked by `b`, whose name comes first at the same total 100";
        check(&ranked(0, 100), &[("a", 100), ("b", 100)], want);
    }
    #[test]
    fn none_is_wanted() {
        check(&ranked(0, 100), &[], "no cluster is wanted");
    }
    #[test]
    fn the_stage_stands_before_its_reason() {
        let fate = Fate::Rejected { stage: Stage::Filter("Guest".into()), reason: Reason::Plugin("no".to_owned()) };
        check(&fate, &[], "Guest: no");
    }
    #[test]
    fn no_candidate() {
        check(&Fate::NotMember(Absence::Gone), &[], "there is no such ManagedCluster");
    }
    #[test]
    fn weights_of_one_are_not_said() {
        let parts =
            [part("Balance", 1, Some(100)), part("AddOn/a/b", -2, Some(30)), part("ResourceAllocatableCPU", 1, None)];
        assert_eq!(parts_text(&parts), "Balance 100, AddOn/a/b 30 × -2, ResourceAllocatableCPU takes no part");
        assert_eq!(total(&parts), 40);
    }
}
