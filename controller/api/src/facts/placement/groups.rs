//! `spec.decisionStrategy.groupStrategy` (GRP-1 to GRP-3, GRP-14).

use std::borrow::Cow;

use scheduler_core::Misconfigured;
use scheduler_core::placement::{GroupLength, GroupRule, GroupStrategy};

use super::selector;
use crate::kinds::{self, IntOrString};

/// The strategy; an invalid selector ends the rules (GRP-14).
pub(super) fn read(from: &kinds::GroupStrategy) -> GroupStrategy {
    let mut groups =
        GroupStrategy { length: length(from.clusters_per_decision_group.as_ref()), rules: Vec::new(), invalid: None };
    for group in &from.decision_groups {
        match selector::predicate(&group.group_cluster_selector) {
            Ok(selector) => groups.rules.push(GroupRule { name: group.group_name.as_str().into(), selector }),
            Err(problem) => {
                groups.invalid = Some(problem);
                break;
            }
        }
    }
    groups
}

fn length(from: Option<&IntOrString>) -> Result<GroupLength, Misconfigured> {
    match from {
        None => Ok(GroupLength::Clusters(0)), // GRP-1
        Some(IntOrString::Int(n)) => Ok(GroupLength::Clusters(*n)),
        Some(IntOrString::Text(text)) => text
            .strip_suffix('%')
            .and_then(parse_float)
            // GRP-4 makes all of it, as of 0; and a NaN would never equal itself, so that every echo were a change.
            .map(|percent| GroupLength::Percent(if percent.is_nan() { 0.0 } else { percent }))
            .ok_or_else(|| Misconfigured::GroupLength { value: text.as_str().into() }), // GRP-3
    }
}

/// What Go's `strconv.ParseFloat` makes of it: beside decimals `inf`, an unsigned `nan` and underscores between digits; a
/// number that no binary64 holds is an error. Hexadecimal floats, which it takes as well, are left out: the CRD admits
/// whole percents only.
fn parse_float(text: &str) -> Option<f64> {
    let text = if text.contains('_') { without_underscores(text)? } else { Cow::Borrowed(text) };
    let bare = text.trim_start_matches(['+', '-']);
    let special = bare.starts_with(|c: char| c.is_ascii_alphabetic());
    let value: f64 = text.parse().ok()?;
    let signed_nan = value.is_nan() && bare.len() < text.len();
    (!signed_nan && (special || value.is_finite())).then_some(value)
}

/// Each underscore has to stand between two digits.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let between = |i: usize| digit(i.checked_sub(1)) && digit(Some(i + 1));
    let all = bytes.iter().enumerate().all(|(i, byte)| *byte != b'_' || between(i));
    all.then(|| text.replace('_', "").into())
}

#[cfg(test)]
mod tests;
