//! What a scenario expects, taken from an answer, compared and written back.

use std::collections::BTreeMap;
use std::fmt;

use scheduler_core::{Fate, Outcome, Symbol};
use serde::Deserialize;

use crate::engine::Answered;

/// What must come of a scenario; an absent key is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expect {
    /// `Placed`, `Held` or `Untouched`.
    pub outcome: Option<String>,
    /// Best first.
    pub selected: Option<Vec<String>>,
    /// Cluster to the stage that rejected it: a filter's name, `Score` or `Select`.
    pub rejected: Option<BTreeMap<String, String>>,
    /// Cluster to the reason's text, where a filter rejected it.
    pub reasons: Option<BTreeMap<String, String>>,
    /// Clusters that are no candidates, and why.
    pub absent: Option<BTreeMap<String, String>>,
    /// Clusters that stand and stay though nothing was decided.
    pub kept: Option<Vec<String>>,
    /// Totals of the ranked.
    pub totals: Option<BTreeMap<String, i64>>,
    /// Prioritizer to scores; a cluster that takes no part is left out.
    pub scores: Option<BTreeMap<String, BTreeMap<String, i32>>>,
    /// Groups as `name: clusters`.
    pub groups: Option<Vec<String>>,
    /// Conditions as `type=status reason: message`.
    pub conditions: Option<Vec<String>>,
    /// Warnings, as they read.
    pub warnings: Option<Vec<String>>,
    /// When time alone may change this, or `never`.
    pub requeue_at: Option<String>,
}

impl Expect {
    /// What an answer says to the keys that `asked` asks for.
    #[must_use]
    pub fn of(answered: &Answered, asked: &Expect) -> Expect {
        let Answered { decision, fates } = answered;
        Expect {
            outcome: asked.outcome.as_ref().map(|_| outcome(&decision.outcome).to_owned()),
            selected: asked.selected.as_ref().map(|_| selected(fates)),
            rejected: asked.rejected.as_ref().map(|_| per_cluster(fates, rejected)),
            reasons: asked.reasons.as_ref().map(|_| per_cluster(fates, reason)),
            absent: asked.absent.as_ref().map(|_| per_cluster(fates, absent)),
            kept: asked.kept.as_ref().map(|_| per_cluster(fates, kept).into_keys().collect()),
            totals: asked.totals.as_ref().map(|_| per_cluster(fates, total)),
            scores: asked.scores.as_ref().map(|_| scores(fates)),
            groups: asked.groups.as_ref().map(|_| groups(&decision.outcome)),
            conditions: asked.conditions.as_ref().map(|_| decision.conditions.iter().map(condition).collect()),
            warnings: asked.warnings.as_ref().map(|_| decision.warnings.iter().map(ToString::to_string).collect()),
            requeue_at: asked.requeue_at.as_ref().map(|_| match decision.requeue_at {
                Some(at) => at.to_rfc3339_nanos(),
                None => "never".to_owned(),
            }),
        }
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Placed { .. } => "Placed",
        Outcome::Held(_) => "Held",
        Outcome::Untouched => "Untouched",
    }
}

fn per_cluster<T>(fates: &BTreeMap<Symbol, Fate>, tell: fn(&Fate) -> Option<T>) -> BTreeMap<String, T> {
    fates.iter().filter_map(|(name, fate)| Some((name.to_string(), tell(fate)?))).collect()
}

fn selected(fates: &BTreeMap<Symbol, Fate>) -> Vec<String> {
    let mut ranked: Vec<(u32, String)> = fates
        .iter()
        .filter_map(|(name, fate)| match fate {
            Fate::Ranked { selected: true, rank, .. } => Some((*rank, name.to_string())),
            _ => None,
        })
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, name)| name).collect()
}

fn rejected(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Rejected { stage, .. } => Some(stage.to_string()),
        Fate::Ranked { selected: false, .. } => Some("Select".to_owned()),
        _ => None,
    }
}

fn reason(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Rejected { reason, .. } => Some(reason.to_string()),
        _ => None,
    }
}

fn absent(fate: &Fate) -> Option<String> {
    match fate {
        Fate::NotMember(why) => Some(format!("{why:?}")),
        _ => None,
    }
}

fn kept(fate: &Fate) -> Option<()> {
    matches!(fate, Fate::Kept { .. }).then_some(())
}

fn total(fate: &Fate) -> Option<i64> {
    match fate {
        Fate::Ranked { parts, .. } => Some(parts.iter().map(scheduler_core::Part::product).sum()),
        _ => None,
    }
}

/// Prioritizers of one name and weight show up once for each.
fn scores(fates: &BTreeMap<Symbol, Fate>) -> BTreeMap<String, BTreeMap<String, i32>> {
    let mut all: BTreeMap<String, BTreeMap<String, i32>> = BTreeMap::new();
    for (cluster, fate) in fates {
        let Fate::Ranked { parts, .. } = fate else { continue };
        for part in parts {
            let of = all.entry(format!("{} x{}", part.prioritizer, part.weight)).or_default();
            of.extend(part.score.map(|score| (cluster.to_string(), score)));
        }
    }
    all
}

fn groups(outcome: &Outcome) -> Vec<String> {
    let Outcome::Placed { groups, .. } = outcome else { return Vec::new() };
    let told = |g: &scheduler_core::Group| {
        let clusters: Vec<&str> = g.entries.iter().map(|e| e.cluster.as_str()).collect();
        format!("{}: {}", g.name, clusters.join(" "))
    };
    groups.iter().map(told).collect()
}

fn condition(c: &scheduler_core::Condition) -> String {
    let status = if c.status { "True" } else { "False" };
    format!("{}={status} {}: {}", c.kind.as_str(), c.reason, c.message)
}

/// The section as it stands in a file.
impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expect:\n")?;
        line(f, "outcome", self.outcome.as_ref().map(|o| quoted(o)))?;
        line(f, "selected", self.selected.as_ref().map(|s| list(s)))?;
        line(f, "rejected", self.rejected.as_ref().map(|m| map(m, |v| quoted(v))))?;
        block(f, "reasons", self.reasons.as_ref())?;
        line(f, "absent", self.absent.as_ref().map(|m| map(m, |v| quoted(v))))?;
        line(f, "kept", self.kept.as_ref().map(|k| list(k)))?;
        line(f, "totals", self.totals.as_ref().map(|m| map(m, ToString::to_string)))?;
        if let Some(scores) = &self.scores {
            f.write_str(if scores.is_empty() { "  scores: {}\n" } else { "  scores:\n" })?;
            for (prioritizer, scores) in scores {
                writeln!(f, "    {}: {}", quoted(prioritizer), map(scores, ToString::to_string))?;
            }
        }
        items(f, "groups", self.groups.as_ref())?;
        items(f, "conditions", self.conditions.as_ref())?;
        items(f, "warnings", self.warnings.as_ref())?;
        line(f, "requeueAt", self.requeue_at.as_ref().map(|at| quoted(at)))
    }
}

fn line(f: &mut fmt::Formatter<'_>, key: &str, value: Option<String>) -> fmt::Result {
    value.map_or(Ok(()), |value| writeln!(f, "  {key}: {value}"))
}

fn items(f: &mut fmt::Formatter<'_>, key: &str, values: Option<&Vec<String>>) -> fmt::Result {
    let Some(values) = values else { return Ok(()) };
    if values.is_empty() {
        return writeln!(f, "  {key}: []");
    }
    writeln!(f, "  {key}:")?;
    values.iter().try_for_each(|value| writeln!(f, "    - {}", quoted(value)))
}

fn block(f: &mut fmt::Formatter<'_>, key: &str, values: Option<&BTreeMap<String, String>>) -> fmt::Result {
    let Some(values) = values else { return Ok(()) };
    if values.is_empty() {
        return writeln!(f, "  {key}: {{}}");
    }
    writeln!(f, "  {key}:")?;
    values.iter().try_for_each(|(name, value)| writeln!(f, "    {}: {}", quoted(name), quoted(value)))
}

fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|v| quoted(v)).collect();
    format!("[{}]", values.join(", "))
}

fn map<V>(values: &BTreeMap<String, V>, tell: impl Fn(&V) -> String) -> String {
    if values.is_empty() {
        return "{}".to_owned();
    }
    let pairs: Vec<String> = values.iter().map(|(name, value)| format!("{}: {}", quoted(name), tell(value))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// Plain where YAML takes the text for a text, else in double quotes, as JSON writes it.
fn quoted(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-/.".contains(c);
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_word);
    let is_taken =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if is_plain && !is_taken { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
