//! §10: the selected clusters cut into decision groups.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::placement::GroupLength;
use scheduler_core::{Entries, Group, Symbol};

use super::{Pass, filters};

/// The groups, and the message of what is wrong with the strategy: `<plugin>:<message>`, the plugin empty.
pub(crate) fn groups(pass: &Pass<'_>, selected: &BTreeMap<Symbol, i64>) -> (Vec<Group>, Option<String>) {
    let strategy = &pass.placement.groups;
    let length = match &strategy.length {
        Ok(length) => group_length(*length, selected.len()),
        Err(e) => return (Vec::new(), Some(format!(":{e}"))), // GRP-15
    };
    let mut rest: BTreeSet<Symbol> = selected.keys().cloned().collect();
    let mut groups = Vec::new();
    for rule in &strategy.rules {
        // GRP-10. A selected cluster that is gone from the world cannot be: the selection came from it.
        let matching: Vec<Symbol> = rest
            .iter()
            .filter(|name| filters::satisfies(&rule.selector, &pass.world.clusters[*name]))
            .cloned()
            .collect();
        for name in &matching {
            rest.remove(name);
        }
        cut(&rule.name, &matching, length, selected, &mut groups);
    }
    if let Some(e) = &strategy.invalid {
        return (groups, Some(format!(":{e}"))); // GRP-14
    }
    let rest: Vec<Symbol> = rest.into_iter().collect();
    cut(&Symbol::default(), &rest, length, selected, &mut groups); // GRP-11
    if groups.is_empty() {
        groups.push(Group { name: Symbol::default(), entries: Entries::default() }); // GRP-12
    }
    (groups, None)
}

/// §10.1, in binary64 as upstream computes it.
fn group_length(length: GroupLength, total: usize) -> usize {
    let wanted = match length {
        GroupLength::Clusters(n) => f64::from(n),
        GroupLength::Percent(f) => (f / 100.0 * total as f64).ceil(), // GRP-2
    };
    if wanted > 0.0 && wanted <= total as f64 { wanted as usize } else { total } // GRP-4
}

fn cut(name: &Symbol, clusters: &[Symbol], length: usize, selected: &BTreeMap<Symbol, i64>, groups: &mut Vec<Group>) {
    for chunk in clusters.chunks(length.max(1)) {
        let entries = chunk.iter().map(|c| (c.clone(), selected[c])).collect();
        groups.push(Group { name: name.clone(), entries });
    }
}
