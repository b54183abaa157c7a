//! `diff`: what stands recorded against what would be decided now, and the cause of each difference (OUT-5).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};

use api::bind::{GROUP_INDEX_LABEL, GROUP_NAME_LABEL, Recorded};
use api::kinds::Text;
use kube_text::Time;
use scheduler_core::{Decision, Fate, Outcome, PlacementKey, Snapshot, Trail};
use serde_json::{Value, json};

use super::args::{Diff, Report};
use super::counts::without_balance;
use super::fate::{parts_text, to_json, total, why_not};
use super::notice::one_line;
use super::number::{counted, thousands};
use super::screen::{Colour, Screen};
use super::session::Session;
use super::table::Table;
use super::{Exit, document, engine};

/// One placement, recorded and now.
struct Compared {
    decision: Decision,
    recorded: usize,
    /// How many stay where they are.
    kept: usize,
    added: Vec<Change>,
    removed: Vec<Change>,
    moved: Vec<Move>,
}

/// The decision groups of each selected cluster, as index and name: one, where nothing is wrong.
type Groups = BTreeMap<String, BTreeSet<String>>;

/// One cluster that stays selected, in another decision group.
struct Move {
    cluster: String,
    /// All groups it stands in.
    from: BTreeSet<String>,
    to: BTreeSet<String>,
}

/// All that was compared.
struct Comparison {
    all: Vec<Compared>,
    /// The time the answers hold at, where one depends on it (OUT-3).
    as_of: Option<Time>,
}

/// One cluster that came or went.
struct Change {
    cluster: String,
    fate: Fate,
    /// It is outranked, and only because other placements' decisions have changed since (Q15).
    by_counts: bool,
}

/// Runs the command.
///
/// # Errors
/// Those of `out`.
pub(super) fn run(args: &Diff, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let Some(mut session) = Session::open(&args.input) else { return Ok(Exit::Failed) };
    let wanted = args.scope.choose(&session.world, &mut session.notices);
    let mut recorded: BTreeMap<PlacementKey, Groups> =
        wanted.iter().map(|key| (key.clone(), recorded_groups(&session.world.recorded(key)))).collect();
    let mut all = Vec::new();
    engine::judge(&mut session.world.index, session.now, &wanted, &mut |snapshot, trail, decision| {
        let recorded = recorded.remove(&decision.placement).unwrap_or_default();
        all.push(compare(snapshot, trail, decision, &recorded));
    });
    all.iter().for_each(|compared| session.tell(&compared.decision));
    let as_of = wanted.iter().any(|key| session.world.looks_at_the_clock(key)).then_some(session.now);
    let comparison = Comparison { all, as_of };
    let differing = comparison.differing().count();
    let differs = if differing > 0 { Exit::Differs } else { Exit::Done };
    let exit = session.close().max(differs);
    match args.output {
        Report::Table => table(&comparison, out, screen)?,
        Report::Json => write!(out, "{}", document::to_json(&value(&comparison)))?,
        Report::Yaml => write!(out, "{}", document::to_yaml(&value(&comparison)))?,
    }
    Ok(exit)
}

impl Comparison {
    fn differing(&self) -> impl Iterator<Item = &Compared> {
        self.all.iter().filter(|compared| compared.differs())
    }
}

impl Compared {
    fn differs(&self) -> bool {
        !(self.added.is_empty() && self.removed.is_empty() && self.moved.is_empty())
    }
}

/// The clusters that stand in slices of the placement.
fn recorded_groups(recorded: &Recorded) -> Groups {
    let mut groups = Groups::new();
    for slice in recorded.slices.values().filter(|slice| recorded.is_visible(slice)) {
        let [index, name] = [GROUP_INDEX_LABEL, GROUP_NAME_LABEL]
            .map(|label| slice.metadata.labels.get(label).map_or("", Text::as_str));
        let group = format!("{index} {name}").trim().to_owned();
        for decision in &slice.status.decisions {
            groups.entry(decision.cluster_name.clone()).or_default().insert(group.clone());
        }
    }
    groups
}

/// The same as decided; where nothing is, what stands recorded stays.
fn decided_groups(decision: &Decision, recorded: &Groups) -> Groups {
    let Outcome::Placed { groups, .. } = &decision.outcome else { return recorded.clone() };
    let groups = groups.iter().enumerate().flat_map(|(index, group)| {
        let text = format!("{index} {}", group.name).trim().to_owned();
        group.entries.iter().map(move |entry| (entry.cluster.to_string(), BTreeSet::from([text.clone()])))
    });
    groups.collect()
}

fn compare(snapshot: &Snapshot<'_>, trail: &Trail, decision: Decision, groups: &Groups) -> Compared {
    let groups_now = decided_groups(&decision, groups);
    let [recorded, now] = [groups, &groups_now].map(|groups| groups.keys().cloned().collect::<BTreeSet<String>>());
    let recorded = &recorded;
    let mut fates = BTreeMap::new();
    if recorded != &now {
        trail.fates(snapshot, &mut |cluster, fate| {
            fates.insert(cluster.to_owned(), fate);
        });
    }
    let stays = without_balance(&fates, recorded, now.len());
    let mut change = |cluster: &String| {
        let fate = fates.remove(cluster).unwrap_or_else(|| trail.fate(snapshot, cluster));
        Change { cluster: cluster.clone(), fate, by_counts: recorded.contains(cluster) && stays.contains(cluster) }
    };
    let added: Vec<Change> = now.difference(recorded).map(&mut change).collect();
    let removed: Vec<Change> = recorded.difference(&now).map(&mut change).collect();
    let both = groups.iter().filter_map(|(cluster, from)| Some((cluster, from, groups_now.get(cluster)?)));
    let moved = both.filter(|(_, from, to)| from != to);
    let moved: Vec<Move> = moved
        .map(|(cluster, from, to)| Move { cluster: cluster.clone(), from: from.clone(), to: to.clone() })
        .collect();
    let kept = recorded.intersection(&now).count() - moved.len();
    Compared { decision, recorded: recorded.len(), kept, added, removed, moved }
}

fn table(comparison: &Comparison, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    let mut table = Table::default().text("NAMESPACE").text("NAME");
    for head in ["RECORDED", "NOW", "ADDED", "REMOVED", "MOVED", "KEPT"] {
        table = table.number(head);
    }
    let differing: Vec<&Compared> = comparison.differing().collect();
    for compared in &differing {
        let key = &compared.decision.placement;
        let [added, removed, moved] = [compared.added.len(), compared.removed.len(), compared.moved.len()];
        let now = compared.kept + moved + added;
        let numbers = [compared.recorded, now, added, removed, moved, compared.kept];
        let mut cells = vec![key.namespace.as_str().into(), key.name.as_str().into()];
        cells.extend(numbers.map(|number| thousands(number).into()));
        table.row(cells);
    }
    if !differing.is_empty() {
        let mut lines = table.lines(screen, 0).into_iter();
        lines.by_ref().take(1).try_for_each(|line| writeln!(out, "{line}"))?;
        for (line, compared) in lines.zip(&differing) {
            writeln!(out, "{line}")?;
            changes(compared, out, screen)?;
        }
        writeln!(out)?;
    }
    let differ = if differing.len() == 1 { "differs" } else { "differ" };
    let as_of = comparison.as_of.map(|now| format!(", as of {now}")).unwrap_or_default();
    writeln!(out, "{} of {} {differ}{as_of}", thousands(differing.len()), counted(comparison.all.len(), "placement"))
}

fn changes(compared: &Compared, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    let lines = |sign, colour, changes: &[Change]| {
        let line =
            |change: &Change| (sign, colour, one_line(&change.cluster), one_line(&cause(change, &compared.decision)));
        changes.iter().map(line).collect::<Vec<_>>()
    };
    let mut all = lines("+", Colour::Good, &compared.added);
    all.extend(lines("-", Colour::Bad, &compared.removed));
    all.extend(compared.moved.iter().map(|it| ("~", Colour::Odd, one_line(&it.cluster), one_line(&it.to_string()))));
    let width = all.iter().map(|(.., cluster, _)| cluster.chars().count()).max().unwrap_or(0);
    for (sign, colour, cluster, cause) in all {
        let what = screen.paint(Some(colour), &format!("{sign} {cluster:width$}"));
        writeln!(out, "   {what}   {cause}")?;
    }
    Ok(())
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |group: &String| if group.is_empty() { "none".to_owned() } else { group.clone() };
        let [from, to] = [&self.from, &self.to].map(|groups| groups.iter().map(name).collect::<Vec<_>>().join(" and "));
        write!(f, "from decision group {from} to {to}")
    }
}

fn cause(change: &Change, decision: &Decision) -> String {
    match &change.fate {
        Fate::Ranked { selected: true, rank, parts, .. } => {
            format!("rank {}, total {}: {}", thousands(rank), thousands(total(parts)), parts_text(parts))
        }
        fate if change.by_counts => {
            format!("{}; by decision counts alone: without Balance it would stay", why_not(fate, decision))
        }
        fate => why_not(fate, decision),
    }
}

fn value(comparison: &Comparison) -> Value {
    let change = |change: &Change, decision: &Decision| {
        let mut value = to_json(&change.cluster, &change.fate, decision, None);
        if change.by_counts {
            value["byDecisionCountsAlone"] = true.into();
        }
        value
    };
    let placements = comparison.differing().map(|compared| {
        let Compared { decision, recorded, kept, added, removed, moved } = compared;
        json!({
            "namespace": decision.placement.namespace.as_str(),
            "placement": decision.placement.name.as_str(),
            "recorded": recorded,
            "kept": kept,
            "added": added.iter().map(|it| change(it, decision)).collect::<Vec<_>>(),
            "removed": removed.iter().map(|it| change(it, decision)).collect::<Vec<_>>(),
            "moved": moved.iter().map(|it| json!({"cluster": it.cluster, "from": it.from, "to": it.to})).collect::<Vec<_>>(),
        })
    });
    let placements: Vec<Value> = placements.collect();
    let mut value = json!({"compared": comparison.all.len(), "differing": placements});
    if let Some(now) = comparison.as_of {
        value["now"] = now.to_rfc3339_nanos().into();
    }
    value
}
