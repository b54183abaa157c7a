//! Which placements a command is about: by name, namespace and labels, as kubectl chooses.

use std::collections::{BTreeMap, BTreeSet};

use api::kinds::Text;
use scheduler_core::PlacementKey;

use super::args::Scope;
use super::notice::{Notices, Severity};
use super::world::World;
use crate::near::{did_you_mean, near};

/// How `-o name` and kubectl write a Placement in front of its name.
pub(super) const RESOURCE: &str = "placement.cluster.open-cluster-management.io";

/// All placements of the input, each with its labels.
pub(super) type Known<'a> = BTreeMap<&'a PlacementKey, &'a BTreeMap<Text, Text>>;

/// The namespace that a name without one is looked for in; none: all.
#[derive(Clone, Copy, Default)]
pub(super) struct Within<'a> {
    /// By -n; a name with another namespace is a contradiction.
    pub given: Option<&'a str>,
    /// The context's, where a hub is read.
    pub context: Option<&'a str>,
}

impl<'a> Within<'a> {
    /// As -n and -A say it, of this input.
    pub fn new(given: Option<&'a String>, all: bool, world: &'a World) -> Within<'a> {
        Within { given: given.map(String::as_str), context: world.namespace.as_deref().filter(|_| !all) }
    }

    fn namespace(self) -> Option<&'a str> {
        self.given.or(self.context)
    }
}

impl Scope {
    /// The placements that are meant. A name that is none is an error with the names that are near it.
    pub fn choose(&self, world: &World, notices: &mut Notices) -> BTreeSet<PlacementKey> {
        let (known, within) = (&world.known(), Within::new(self.namespace.as_ref(), self.all_namespaces, world));
        let in_scope = |key: &PlacementKey| within.namespace().is_none_or(|namespace| key.namespace == *namespace);
        let mut chosen: BTreeSet<PlacementKey> = BTreeSet::new();
        if self.names.is_empty() {
            chosen.extend(known.keys().filter(|key| in_scope(key)).map(|key| (*key).clone()));
        }
        let mut named_nothing = false;
        for name in &self.names {
            match find(name, within, known) {
                Ok(keys) => chosen.extend(keys),
                Err(problem) => {
                    named_nothing = true;
                    notices.say(Severity::Error, problem);
                }
            }
        }
        if let Some(query) = &self.selector {
            chosen.retain(|key| known.get(key).is_some_and(|labels| query.matches(labels)));
        }
        if chosen.is_empty() && !named_nothing {
            notices.say(Severity::Note, self.nothing(within, known));
        }
        chosen
    }

    /// What it was that no placement is.
    fn nothing(&self, within: Within<'_>, known: &Known<'_>) -> String {
        let which = match (&self.selector, self.names.is_empty()) {
            (Some(_), true) => " with such labels",
            (Some(_), false) => " of these names with such labels",
            (None, _) => "",
        };
        let whose = within.namespace().map(|namespace| {
            let near = near(namespace, known.keys().map(|key| key.namespace.as_str()));
            let near = near.into_iter().filter(|near| *near != namespace).collect::<Vec<_>>();
            let other = if within.given.is_none() { ", which is the context's: -n names another, -A all" } else { "" };
            format!(" in namespace `{namespace}`{other}{}", did_you_mean(&near))
        });
        format!("nothing to decide: no Placement{which} in the input{}", whose.unwrap_or_default())
    }
}

/// The placements that a name means: `NAME`, `NAMESPACE/NAME`, or as `-o name` prints it.
///
/// # Errors
/// There is none.
pub(super) fn find(name: &str, within: Within<'_>, known: &Known<'_>) -> Result<Vec<PlacementKey>, String> {
    let bare = name.strip_prefix(RESOURCE).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let (namespace, bare) = match bare.split_once('/') {
        Some((given, _)) if within.given.is_some_and(|namespace| namespace != given) => {
            let namespace = within.given.unwrap_or_default();
            return Err(format!(
                "`{name}` is not in namespace `{namespace}`: leave out -n, or the namespace in the name"
            ));
        }
        Some((given, bare)) => (Some(given), bare),
        None => (within.namespace(), bare),
    };
    let in_scope = |key: &PlacementKey| namespace.is_none_or(|namespace| key.namespace == *namespace);
    let found: Vec<PlacementKey> =
        known.keys().filter(|key| in_scope(key) && key.name == *bare).map(|key| (*key).clone()).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let elsewhere: Vec<String> =
        known.keys().filter(|key| key.name == *bare).take(3).map(|key| format!("`{key}`")).collect();
    let hint = if elsewhere.is_empty() {
        did_you_mean(&near(bare, known.keys().filter(|key| in_scope(key)).map(|key| key.name.as_str())))
    } else {
        format!(", but there is {}", elsewhere.join(" and "))
    };
    let place = namespace.map(|namespace| format!(" in namespace `{namespace}`")).unwrap_or_default();
    Err(format!("there is no Placement `{bare}`{place} in the input{hint}"))
}

/// The one placement that a name means.
///
/// # Errors
/// There is none, or several namespaces have one of that name.
pub(super) fn one(name: &str, within: Within<'_>, known: &Known<'_>) -> Result<PlacementKey, String> {
    let keys = find(name, within, known)?;
    match keys.as_slice() {
        [key] => Ok(key.clone()),
        _ => {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            Err(format!("`{name}` is in several namespaces: choose one of {}", keys.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, given: Option<&str>, want: Result<&[&str], &str>) {
        check_within(name, Within { given, context: None }, want);
    }

    #[track_caller]
    fn check_within(name: &str, within: Within<'_>, want: Result<&[&str], &str>) {
        let key = |namespace: &str, name: &str| PlacementKey { namespace: namespace.into(), name: name.into() };
        let keys = [key("a", "web"), key("b", "web"), key("b", "api")];
        let labels = BTreeMap::new();
        let known: Known<'_> = keys.iter().map(|key| (key, &labels)).collect();
        let got = find(name, within, &known).map(|keys| keys.iter().map(PlacementKey::to_string).collect::<Vec<_>>());
        assert_eq!(got, want.map(|keys| keys.iter().map(ToString::to_string).collect()).map_err(str::to_owned));
    }

    #[test]
    fn a_name_alone_means_all_namespaces() {
        check("web", None, Ok(&["a/web", "b/web"]));
    }
    #[test]
    fn a_namespace_in_front_or_by_option() {
        check("a/web", None, Ok(&["a/web"]));
        check("web", Some("b"), Ok(&["b/web"]));
        check("b/web", Some("b"), Ok(&["b/web"]));
    }
    #[test]
    fn the_context_is_only_a_default() {
        let context = |given| Within { given, context: Some("b") };
        check_within("web", context(None), Ok(&["b/web"]));
        check_within("a/web", context(None), Ok(&["a/web"]));
        check_within("web", context(Some("a")), Ok(&["a/web"]));
    }
    #[test]
    fn as_o_name_prints_it() {
        check("placement.cluster.open-cluster-management.io/api", None, Ok(&["b/api"]));
    }
    #[test]
    fn two_namespaces_that_differ() {
        let want = "`a/web` is not in namespace `b`: leave out -n, or the namespace in the name";
        check("a/web", Some("b"), Err(want));
    }
    #[test]
    fn near_names_are_said() {
        check("wbe", None, Err("there is no Placement `wbe` in the input, did you mean `web`?"));
    }
    #[test]
    fn the_right_name_elsewhere_is_said() {
        check("api", Some("a"), Err("there is no Placement `api` in namespace `a` in the input, but there is `b/api`"));
    }
}
