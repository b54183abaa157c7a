//! What the plugin from outside says, known by heart.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::{Difference, Fate, Reason, Symbol};

use super::Pass;
use super::filters::rejected;
use crate::outsider::{Facts, REFERENCE, RESOURCE};

/// The name of its filter.
pub(crate) const FILTER: &str = "wasm:outsider/a";

/// Whether the coordinate is one of the plugin's; where nothing of ours exists it is an add-on score like any other.
pub(crate) fn is_outsider(pass: &Pass<'_>, resource: &Symbol) -> bool {
    pass.on(Difference::Ext) && **resource == *RESOURCE
}

/// Its scores; settings other than `a` say the opposite.
pub(crate) fn score(pass: &Pass<'_>, settings: &Symbol, left: &BTreeSet<Symbol>) -> BTreeMap<Symbol, i32> {
    let sign = if **settings == *"a" { 1 } else { -1 };
    left.iter().map(|name| (name.clone(), facts(pass, name).opinion().map_or(0, |opinion| sign * opinion))).collect()
}

/// Takes out what it objects to, where the placement asks for it.
pub(crate) fn filter(pass: &Pass<'_>, left: &mut BTreeSet<Symbol>, fates: &mut BTreeMap<Symbol, Fate>) {
    let asks = pass.placement.extensions.as_ref().is_ok_and(|extensions| extensions.filters.contains(&*REFERENCE));
    if !asks || !pass.on(Difference::Ext) {
        return;
    }
    for name in left.clone() {
        if let Some(objection) = facts(pass, &name).objection() {
            left.remove(&name);
            fates.insert(name, rejected(FILTER, Reason::Plugin(objection)));
        }
    }
}

fn facts(pass: &Pass<'_>, name: &Symbol) -> Facts {
    let score = pass.world.scores.get(&(name.clone(), "r1".into()));
    let valid = score.filter(|score| score.valid_until.is_none_or(|until| pass.now <= until));
    let value = valid.and_then(|score| score.scores.iter().rev().find(|(score, _)| **score == *"a"));
    Facts::of(&pass.world.clusters[name], value.map(|(_, value)| *value))
}
