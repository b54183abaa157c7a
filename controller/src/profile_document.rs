//! Profiles as a document: a named one as the base, the deliberate differences and weights that are other than its.
//!
//! ```yaml
//! base: default
//! differences: { Q3: upstream }         # by id; `upstream` or `default`
//! weights: { Balance: 0, AddOn/usage/cpu: 2 }   # what mode Additive starts with, -10..=10
//! profiles:                             # further ones, for the annotation placewright.io/profile
//!   calm: { base: default, weights: { Steady: 5 } }
//! ```

use plugins::{DEFAULT, UPSTREAM};
use scheduler_core::{Coordinate, Difference, Profile, Profiles};
use serde_json::Value;

use crate::field::{Field, Fields, said};
use crate::near::{did_you_mean, near};

/// The name of the profile that a document describes.
pub(crate) const NAME: &str = "profile.yaml";
/// The longest document that is read, in bytes: as much as a ConfigMap holds.
const BYTES_MAX: usize = 1 << 20;
const FIELDS: [&str; 4] = ["base", "differences", "weights", "profiles"];

/// What a document says.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its profile under [`NAME`], which decides where a placement does not choose, and all named ones.
    pub profiles: Profiles,
    /// Its base is `upstream`.
    pub upstream: bool,
}

/// Reads a document. O(length).
///
/// # Errors
/// The first mistake: its path, what was given, what is allowed.
pub(crate) fn parse(text: &str) -> Result<Document, String> {
    if text.len() > BYTES_MAX {
        return Err(format!("is longer than {BYTES_MAX} bytes"));
    }
    let value: Value = serde_saphyr::from_str(text).map_err(|problem| said(&problem.to_string()))?;
    let fields = Field::document(&value).fields(&FIELDS)?;
    let mut profiles = plugins::profiles();
    let (own, upstream) = profile(&fields, &profiles)?;
    if let Some(further) = fields.get("profiles") {
        for (name, field) in further.entries()? {
            if [UPSTREAM, DEFAULT, NAME].contains(&name) {
                return Err(field.wrong("this name is taken, choose another"));
            }
            let (profile, _) = profile(&field.fields(&FIELDS[..3])?, &plugins::profiles())?;
            profiles.named.insert(name.into(), profile);
        }
    }
    profiles.named.insert(NAME.into(), own);
    profiles.default = NAME.into();
    Ok(Document { profiles, upstream })
}

/// One profile, and whether its base is `upstream`.
fn profile(fields: &Fields<'_>, named: &Profiles) -> Result<(Profile, bool), String> {
    let of = [(UPSTREAM, UPSTREAM), (DEFAULT, DEFAULT)];
    let base = fields.get("base").map_or(Ok(DEFAULT), |base| base.choice(&of))?;
    let mut profile = named.named.get(base).cloned().ok_or_else(|| format!("base: there is no `{base}`"))?;
    if let Some(differences) = fields.get("differences") {
        for (id, field) in differences.entries()? {
            let ids = Difference::ALL.map(Difference::id);
            let difference = Difference::ALL.into_iter().find(|difference| difference.id() == id).ok_or_else(|| {
                let near = did_you_mean(&near(id, ids.into_iter()));
                field.wrong(format_args!("there is no such difference, only {}{near}", ids.join(", ")))
            })?;
            profile.differences = profile.differences.with(difference, field.choice(&of)? == DEFAULT);
        }
    }
    if let Some(weights) = fields.get("weights") {
        for (name, field) in weights.entries()? {
            let coordinate = coordinate(name, &profile, &field)?;
            let in_range = |weight: &i64| (-10..=10).contains(weight);
            let weight = field.value.as_i64().filter(in_range).and_then(|weight| i32::try_from(weight).ok());
            let weight = weight.ok_or_else(|| field.must("a whole number from -10 to 10"))?;
            match profile.weights.iter_mut().find(|(known, _)| *known == coordinate) {
                Some((_, known)) => *known = weight,
                None => profile.weights.push((coordinate, weight)),
            }
        }
    }
    Ok((profile, base == UPSTREAM))
}

/// A prioritizer as upstream names it in answers: `Balance`, `AddOn/<resource>/<score>`.
fn coordinate(name: &str, profile: &Profile, field: &Field<'_>) -> Result<Coordinate, String> {
    let add_on = name.strip_prefix("AddOn/").and_then(|rest| rest.split_once('/'));
    if let Some((resource, score)) = add_on.filter(|(resource, score)| !resource.is_empty() && !score.is_empty()) {
        return Ok(Coordinate::AddOn { resource: resource.into(), score: score.into() });
    }
    let known = ["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];
    let has = profile.plugins.iter().any(|plugin| plugin.name() == name);
    if has && known.contains(&name) {
        return Ok(Coordinate::BuiltIn(name.into()));
    }
    let near = did_you_mean(&near(name, known.into_iter()));
    let known = known.join(", ");
    Err(field.wrong(format_args!("there is no such prioritizer, only {known} and AddOn/RESOURCE/SCORE{near}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(parse(text).unwrap_err(), want);
    }

    fn weights(profile: &Profile) -> Vec<(String, i32)> {
        profile.weights.iter().map(|(coordinate, weight)| (coordinate.to_string(), *weight)).collect()
    }

    #[test]
    fn all_that_can_be_said() {
        let text = "base: upstream\ndifferences: {Q3: default}\nweights: {Balance: 0, AddOn/usage/cpu: -2}\n\
                    profiles:\n  calm: {differences: {Q17: upstream}, weights: {Steady: 5}}\n";
        let document = parse(text).unwrap();
        assert!(document.upstream);
        let own = &document.profiles.named[NAME];
        assert_eq!(
            weights(own),
            [("Balance".to_owned(), 0), ("Steady".to_owned(), 1), ("AddOn/usage/cpu".to_owned(), -2)]
        );
        let on: Vec<&str> =
            Difference::ALL.into_iter().filter(|it| own.differences.has(*it)).map(Difference::id).collect();
        assert_eq!(on, ["Q3"]);
        let calm = &document.profiles.named["calm"];
        assert_eq!(weights(calm), [("Balance".to_owned(), 1), ("Steady".to_owned(), 5)]);
        assert!(!calm.differences.has(Difference::Q17) && calm.differences.has(Difference::Q3));
        assert_eq!(document.profiles.default, NAME);
    }
    #[test]
    fn nothing_said_is_the_default() {
        let document = parse("{}").unwrap();
        assert!(!document.upstream);
        let named = &document.profiles.named;
        assert_eq!(named[NAME].differences, named[DEFAULT].differences);
    }
    #[test]
    fn unknown_fields() {
        check(
            "bse: upstream",
            "bse: there is no such field, only base, differences, weights, profiles, did you mean `base`?",
        );
        let want = "profiles.a.profiles: there is no such field, only base, differences, weights";
        check("profiles: {a: {profiles: {}}}", want);
    }
    #[test]
    fn what_the_reader_says_to_its_caller_is_left_out() {
        check("base: default\nbase: upstream", "line 2 column 1: duplicate mapping key: base");
        check("base: default\n---\nbase: default", "line 3 column 1: multiple YAML documents detected");
    }
    #[test]
    fn scores_without_a_name() {
        for name in ["AddOn//", "AddOn/usage/", "AddOn//cpu"] {
            assert!(parse(&format!("weights: {{{name}: 1}}")).unwrap_err().contains("no such prioritizer"), "{name}");
        }
    }
    #[test]
    fn unknown_differences() {
        check(
            "differences: {Q99: upstream}",
            "differences.Q99: there is no such difference, only Q3, Q4, Q5, Q17, Q18, Q23, Q24, C17, TRIG-10, EXT",
        );
        check("differences: {Q3: never}", "differences.Q3: must be `upstream` or `default`, got `never`");
    }
    #[test]
    fn weights_out_of_range() {
        check("weights: {Balance: 11}", "weights.Balance: must be a whole number from -10 to 10, got `11`");
        check("weights: {Balance: 1.5}", "weights.Balance: must be a whole number from -10 to 10, got `1.5`");
        check(
            "weights: {balance: 1}",
            "weights.balance: there is no such prioritizer, only Balance, Steady, ResourceAllocatableCPU, \
             ResourceAllocatableMemory and AddOn/RESOURCE/SCORE, did you mean `Balance`?",
        );
    }
    #[test]
    fn names_that_are_taken() {
        check("profiles: {upstream: {}}", "profiles.upstream: this name is taken, choose another");
    }
    #[test]
    fn no_map() {
        check("a list", "the document: must be a map, got `a list`");
        check("base: [x]", "base: must be `upstream` or `default`, got `[\"x\"]`");
    }
}
