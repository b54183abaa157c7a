//! Recorded against ours, key by key, up to what upstream leaves to chance.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};

use super::case::{Out, Prioritized};

/// One key in which they differ.
#[derive(Debug)]
pub struct Difference {
    /// The key of the recorded form.
    pub key: &'static str,
    /// What upstream answered.
    pub recorded: String,
    /// What we answer.
    pub ours: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    recorded {}\n    ours     {}", self.key, self.recorded, self.ours)
    }
}

/// Everything in which the two differ.
#[must_use]
pub fn compare(recorded: &Out, ours: &Out) -> Vec<Difference> {
    let mut found = Differences(Vec::new());
    if recorded.panic.is_some() {
        found.after_a_panic(recorded, ours);
        return found.0;
    }
    let set_error = recorded.err.as_ref().is_some_and(|e| e.contains("clusters from ClusterSet"));
    if !set_error {
        found.of_the_pass(recorded, ours);
    }
    found.check("num", &recorded.num, &ours.num);
    found.check("groups", &recorded.groups, &ours.groups);
    found.check("pds", &recorded.pds, &ours.pds);
    found.check("actions", &calls(&recorded.actions), &calls(&ours.actions));
    found.check("conds", &conditions(recorded), &conditions(ours));
    found.0
}

struct Differences(Vec<Difference>);

impl Differences {
    fn check<T: PartialEq + Debug>(&mut self, key: &'static str, recorded: &T, ours: &T) {
        if recorded != ours {
            self.0.push(Difference { key, recorded: format!("{recorded:?}"), ours: format!("{ours:?}") });
        }
    }

    fn of_the_pass(&mut self, recorded: &Out, ours: &Out) {
        let filters = |out: &Out| -> Vec<(String, Vec<String>)> {
            let sorted = |clusters: &[String]| {
                let mut clusters = clusters.to_vec();
                clusters.sort();
                clusters
            };
            out.filters.iter().map(|f| (f.name.clone(), sorted(&f.clusters))).collect()
        };
        self.check("filters", &filters(recorded), &filters(ours));
        self.check("prios", &prioritizers(&recorded.prios), &prioritizers(&ours.prios));
        self.check("totals", &recorded.totals, &ours.totals);
        self.check("decisions", &recorded.decisions, &ours.decisions);
        self.check("unsched", &recorded.unsched, &ours.unsched);
        let apart = recorded.requeue.unwrap_or(0).abs_diff(ours.requeue.unwrap_or(0));
        if apart > 1 {
            self.check("requeue", &recorded.requeue, &ours.requeue);
        }
        if let Some(expired) = recorded.err.as_ref().filter(|e| e.ends_with(" expired"))
            && !ours.warnings.iter().any(|w| words(w) == words(expired))
        {
            self.check("err", &vec![expired.clone()], &ours.warnings);
        }
    }

    /// Q1: upstream leaves everything as it was; ours says why, and leaves the slices alone.
    fn after_a_panic(&mut self, recorded: &Out, ours: &Out) {
        let misconfigured =
            ours.conds.get("PlacementMisconfigured").map(|[status, reason, _]| (status.as_str(), reason.as_str()));
        self.check("conds", &Some(("True", "Misconfigured")), &misconfigured);
        let of_slices: Vec<&String> = ours.actions.iter().filter(|a| a.contains("placementdecisions")).collect();
        self.check("actions", &Vec::new(), &of_slices);
        self.check("num", &recorded.num, &ours.num);
        self.check("groups", &recorded.groups, &ours.groups);
        self.check("pds", &recorded.pds, &ours.pds);
    }
}

/// Random in upstream: the order of prioritizers.
fn prioritizers(texts: &[String]) -> Vec<Result<Prioritized, String>> {
    let mut all: Vec<_> =
        texts.iter().map(|text| serde_json::from_str(text).map_err(|e| format!("{e}: {text}"))).collect();
    all.sort();
    all
}

/// Random in upstream: the order of deletes, which come after all other calls on slices (BIND-7).
fn calls(actions: &[String]) -> (Vec<&String>, Vec<&String>) {
    let is_delete = |action: &&String| action.starts_with("delete");
    let mut deletes: Vec<&String> = actions.iter().filter(is_delete).collect();
    deletes.sort();
    (actions.iter().filter(|a| !is_delete(a)).collect(), deletes)
}

/// Random in upstream: the order of words in a list.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split([' ', ',', ';']).filter(|w| !w.is_empty()).collect();
    words.sort_unstable();
    words
}

fn conditions(out: &Out) -> BTreeMap<&str, (&str, &str, Vec<&str>)> {
    out.conds
        .iter()
        .map(|(kind, [status, reason, message])| (kind.as_str(), (status.as_str(), reason.as_str(), words(message))))
        .collect()
}
