//! `schedule`: decides placements and prints the state after the write (OUT-1).

use std::collections::BTreeMap;
use std::io::{self, Write};

use api::kinds::{Placement, PlacementDecision, Resource};
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::args::{Output, Schedule};
use super::screen::Screen;
use super::session::Session;
use super::{Exit, document, engine, schedule_table};

/// Runs the command.
///
/// # Errors
/// Those of `out`.
pub(super) fn run(args: &Schedule, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let Some(mut session) = Session::open(&args.input) else { return Ok(Exit::Failed) };
    let wanted = args.scope.choose(&session.world, &mut session.notices);
    let (now, upstream) = (session.now, session.upstream);
    let mut decided = Vec::new();
    engine::decide(&mut session.world.index, now, upstream, &wanted, &mut |snapshot, trail, decision| {
        let parts = if args.output == Output::Wide { answer::parts(snapshot, trail, &decision) } else { Vec::new() };
        decided.push((decision, parts));
    });
    decided.sort_by(|a, b| a.0.placement.cmp(&b.0.placement));
    let answers: Vec<Answer> =
        decided.into_iter().map(|(decision, parts)| Answer::new(decision, parts, &mut session)).collect();
    let exit = session.close();
    match args.output {
        Output::Table | Output::Wide => schedule_table::write(&answers, args.output == Output::Wide, out, screen)?,
        Output::Json => write!(out, "{}", document::to_json(&list(&answers)))?,
        Output::Yaml => write!(out, "{}", document::to_yaml(&list(&answers)))?,
        Output::Name => names(&answers, out)?,
    }
    Ok(exit)
}

/// The slices that stand for any of the placements, by namespace and name. One that was left alone because it belongs
/// to somebody else is not ours to print.
fn slices(answers: &[Answer]) -> BTreeMap<(&str, &str), &PlacementDecision> {
    let mut slices = BTreeMap::new();
    for answer in answers {
        for slice in answer.after.slices.values().filter(|slice| answer.after.is_visible(slice)) {
            slices.insert((slice.metadata.namespace.as_str(), slice.metadata.name.as_str()), slice);
        }
    }
    slices
}

/// A `v1` `List`: Placements with status, then PlacementDecisions, each by namespace and name.
fn list(answers: &[Answer]) -> Value {
    let placements = answers.iter().map(|answer| json!(answer.after.placement.typed()));
    let slices = slices(answers).into_values().map(|slice| json!(slice.typed()));
    let items: Vec<Value> = placements.chain(slices).collect();
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items})
}

fn names(answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
    let resource = |kind: &str| format!("{}.cluster.open-cluster-management.io", kind.to_lowercase());
    for answer in answers {
        writeln!(out, "{}/{}", resource(Placement::KIND), answer.after.placement.metadata.name)?;
    }
    for (_, name) in slices(answers).into_keys() {
        writeln!(out, "{}/{name}", resource(PlacementDecision::KIND))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::scope;
    use super::*;

    #[test]
    fn names_are_those_that_are_understood() {
        assert!(scope::RESOURCE.starts_with(&Placement::KIND.to_lowercase()));
    }
}
