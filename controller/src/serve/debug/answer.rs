//! What `/debug/placements/` answers: upstream's keys, in an order that does not vary (Q26).

use std::collections::BTreeMap;

use api::kinds::{Placement, Text};
use scheduler_core::{Condition, ConditionType, Decision, Fate, Part, Snapshot, Stage, Trail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `apiVersion` and `kind`, told only if they came with the object.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::serve) struct Type {
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    api_version: String,
}

/// The whole answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct Answer {
    placement: Asked,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filtered_pipeline_results: Vec<Filtered>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prioritize_results: Vec<Prioritized>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aggregated_scores: Vec<Total>,
    /// Ours: why nothing, or not all, was decided. Upstream says nothing of it (Q22).
    #[serde(skip_serializing_if = "String::is_empty")]
    scheduling_error: String,
}

/// The placement without what it does not take to ask again.
#[derive(Debug, Serialize)]
struct Asked {
    #[serde(flatten)]
    of: Type,
    metadata: Meta,
    spec: Value,
    status: Value,
}

#[derive(Debug, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    namespace: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<Text, Text>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<Text, Text>,
}

/// What was left after the filters of this name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Filtered {
    name: String,
    filtered_clusters: Vec<String>,
}

/// What one prioritizer said.
#[derive(Debug, Serialize)]
struct Prioritized {
    name: String,
    weight: i32,
    scores: BTreeMap<String, i32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    cluster_name: String,
    score: i64,
}

/// The filters in their order (FLOW-1).
const FILTERS: [&str; 2] = ["Predicate", "TaintToleration"];

impl Answer {
    /// From a pass and its trail. O(clusters × prioritizers).
    pub fn new(placement: &Placement, of: Type, snapshot: &Snapshot<'_>, trail: &Trail, decision: &Decision) -> Answer {
        let mut told = Told::default();
        trail.fates(snapshot, &mut |cluster, fate| told.take(cluster, fate));
        let (filtered_pipeline_results, prioritize_results, aggregated_scores) = told.lists();
        let placement = asked(placement, of);
        let scheduling_error = decision.conditions.iter().find_map(wrong).unwrap_or_default();
        Answer { placement, filtered_pipeline_results, prioritize_results, aggregated_scores, scheduling_error }
    }
}

/// What a condition says is wrong.
fn wrong(condition: &Condition) -> Option<String> {
    let is_wrong = match condition.kind {
        ConditionType::Misconfigured | ConditionType::Stale | ConditionType::Degraded => condition.status,
        ConditionType::PolicyValid => !condition.status,
        ConditionType::Satisfied => false,
    };
    is_wrong.then(|| condition.message.clone())
}

/// The fates of all clusters, sorted into what upstream tells.
#[derive(Default)]
struct Told {
    /// Those that each filter took out, in name order.
    rejected: [Vec<String>; FILTERS.len()],
    /// How many filters every cluster that was not taken out has passed; `None`: all, and was ranked.
    stopped_after: Option<usize>,
    /// Those that no filter took out.
    left: Vec<String>,
    ranked: Vec<(u32, String, Vec<Part>)>,
}

impl Told {
    fn take(&mut self, cluster: &str, fate: Fate) {
        match fate {
            Fate::NotMember(_) => {}
            // Nothing was evaluated: what stands stays.
            Fate::Kept { .. } => self.stopped_after = Some(0),
            Fate::Ranked { rank, parts, .. } => self.ranked.push((rank, cluster.to_owned(), parts)),
            Fate::Rejected { stage, reason } => {
                let filter = FILTERS.iter().position(|name| stage == Stage::Filter((*name).into()));
                let is_stop = matches!(
                    reason,
                    scheduler_core::Reason::Misconfigured(_) | scheduler_core::Reason::NotEvaluated(_)
                );
                match filter.filter(|_| !is_stop) {
                    Some(filter) => self.rejected[filter].push(cluster.to_owned()),
                    None => {
                        let passed = filter.unwrap_or(FILTERS.len());
                        self.stopped_after = Some(self.stopped_after.map_or(passed, |least| least.min(passed)));
                        self.left.push(cluster.to_owned());
                    }
                }
            }
        }
    }

    fn lists(mut self) -> (Vec<Filtered>, Vec<Prioritized>, Vec<Total>) {
        self.ranked.sort_unstable_by_key(|(rank, ..)| *rank);
        let done = self.stopped_after.unwrap_or(FILTERS.len());
        let mut left: Vec<String> = self.ranked.iter().map(|(_, cluster, _)| cluster.clone()).collect();
        left.append(&mut self.left);
        // From the last filter to the first, each list is the next one's and what the next filter took out.
        let mut filtered = Vec::new();
        for at in (0..FILTERS.len()).rev() {
            if at < done {
                filtered.push(Filtered { name: FILTERS[..=at].join(","), filtered_clusters: left.clone() });
            }
            left.append(&mut self.rejected[at]);
        }
        filtered.reverse();
        let mut prioritized: Vec<Prioritized> = Vec::new();
        let mut totals = Vec::new();
        for (_, cluster, parts) in self.ranked {
            totals.push(Total { score: parts.iter().map(Part::product).sum(), cluster_name: cluster.clone() });
            for (at, part) in parts.into_iter().enumerate() {
                if at == prioritized.len() {
                    let (name, weight) = (part.prioritizer.as_str().to_owned(), part.weight);
                    prioritized.push(Prioritized { name, weight, scores: BTreeMap::new() });
                }
                prioritized[at].scores.extend(part.score.map(|score| (cluster.clone(), score)));
            }
        }
        (filtered, prioritized, totals)
    }
}

/// The placement as upstream answers it: Go always writes some parts of the spec, and the empty status.
fn asked(placement: &Placement, of: Type) -> Asked {
    let meta = &placement.metadata;
    let metadata = Meta {
        name: meta.name.clone(),
        namespace: meta.namespace.clone(),
        labels: meta.labels.clone(),
        annotations: meta.annotations.clone(),
    };
    // A kind of ours is always JSON.
    let mut spec = serde_json::to_value(&placement.spec).unwrap_or_default();
    for (path, empty) in [
        (&["prioritizerPolicy"][..], json!({})),
        (&["spreadPolicy"], json!({})),
        (&["decisionStrategy", "groupStrategy", "clustersPerDecisionGroup"], json!(0)),
    ] {
        let mut at = &mut spec;
        for part in path {
            if at.is_null() {
                *at = json!({});
            }
            at = &mut at[*part];
        }
        if at.is_null() {
            *at = empty;
        }
    }
    let status = json!({"numberOfSelectedClusters": 0, "decisionGroups": null, "conditions": null});
    Asked { of, metadata, spec, status }
}
