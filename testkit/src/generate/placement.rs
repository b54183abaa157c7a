//! Placements, section by section, valid and wrong.

use proptest::prelude::*;
use scheduler_core::placement::{
    Configuration, Extensions, GroupLength, GroupRule, GroupStrategy, IncompleteCoordinate, Mode, Operator, PluginRef,
    Predicate, PrioritizerPolicy, RecordedStatus, Requirement, Toleration, TolerationOperator,
};
use scheduler_core::{Coordinate, Misconfigured, Placement, PlacementKey, Symbol, Want, Warning};

use super::fleet::{KEYS, VALUES, instant};
use super::{namespace, one_of};
use crate::outsider;

fn requirement() -> impl Strategy<Value = Requirement> + Clone {
    let values = prop::collection::vec(one_of(VALUES), 1..3);
    (one_of(KEYS), 0..8u8, values).prop_map(|(key, kind, values)| {
        let operator = match kind {
            0..=3 => Operator::In(values),
            4..=5 => Operator::NotIn(values),
            6 => Operator::Exists,
            _ => Operator::DoesNotExist,
        };
        Requirement { key, operator }
    })
}

/// One to two requirements.
pub(crate) fn requirements() -> impl Strategy<Value = Vec<Requirement>> + Clone {
    prop::collection::vec(requirement(), 1..3)
}

/// A predicate; either part, both, or none.
pub fn predicate() -> impl Strategy<Value = Predicate> + Clone {
    let part = || prop_oneof![1 => Just(Vec::new()).boxed(), 1 => requirements().boxed()];
    (part(), part()).prop_map(|(labels, claims)| Predicate { labels, claims })
}

/// A toleration; keyless ones are `Exists`, as TAINT-2 has it.
pub fn toleration() -> impl Strategy<Value = Toleration> + Clone {
    let seconds = prop::option::weighted(
        0.6,
        prop::sample::select(
            &[
                0,
                -1,
                1,
                10,
                11,
                60,
                61,
                3600,
                7200,
                86_400,
                9_223_372_036,
                9_223_372_037,
                10_000_000_000,
                i64::MAX,
                i64::MIN,
            ][..],
        ),
    );
    let effect = prop::option::weighted(0.5, one_of(&["NoSelect", "NoSelectIfNew", "PreferNoSelect"]));
    let key = prop::option::weighted(0.8, one_of(&["k1", "k2", "k3"]));
    (key, 0..10u8, one_of(&["", "v", "w"]), effect, seconds).prop_map(|(key, kind, value, effect, seconds)| {
        let operator = match kind {
            _ if key.is_none() => TolerationOperator::Exists,
            0..=4 => TolerationOperator::Exists,
            5..=8 => TolerationOperator::Equal,
            _ => TolerationOperator::Unknown("Foo".into()),
        };
        let value = if operator == TolerationOperator::Exists { Symbol::default() } else { value };
        Toleration { key, operator, value, effect, seconds }
    })
}

const BUILT_IN: &[&str] = &["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];

/// One entry of `configurations`; `wrong` admits names and stanzas that are mistakes.
fn configuration(wrong: bool) -> impl Strategy<Value = Configuration> + Clone {
    let weight = prop_oneof![5 => -10..=10i32, 2 => Just(1), 1 => Just(0)];
    let kinds = if wrong { 0..20u8 } else { 0..18u8 };
    (kinds, one_of(BUILT_IN), one_of(&["r1", "r2", outsider::RESOURCE]), one_of(&["a", "b"]), weight).prop_map(
        |(kind, name, resource, score, weight)| {
            let (coordinate, apart) = match kind {
                0..=9 => (Ok(Coordinate::BuiltIn(name)), false),
                10 => (Ok(Coordinate::BuiltIn(name)), true),
                11..=17 => (Ok(Coordinate::AddOn { resource, score }), true),
                18 => (Ok(Coordinate::BuiltIn("Spread".into())), false),
                _ => (Err(IncompleteCoordinate { kind: "AddOn".into(), built_in: Symbol::default() }), false),
            };
            Configuration { coordinate, apart, weight }
        },
    )
}

fn policy(wrong: bool) -> impl Strategy<Value = PrioritizerPolicy> + Clone {
    let mode = prop::bool::weighted(0.6).prop_map(|a| if a { Mode::Additive } else { Mode::Exact });
    (mode, prop::collection::vec(configuration(wrong), 0..5))
        .prop_map(|(mode, configurations)| PrioritizerPolicy { mode, configurations })
}

fn groups() -> impl Strategy<Value = GroupStrategy> + Clone {
    let length = prop_oneof![
        3 => Just(0).prop_map(GroupLength::Clusters),
        3 => (-3..7i32).prop_map(GroupLength::Clusters),
        2 => prop::sample::select(&[1.0, 7.0, 14.0, 28.0, 29.0, 33.0, 50.0, 100.0, 150.0, -5.0, 0.0, 12.5][..]).prop_map(GroupLength::Percent),
    ];
    let rule = (one_of(&["canary", "canary", "rest", ""]), predicate())
        .prop_map(|(name, selector)| GroupRule { name, selector });
    (length, prop_oneof![3 => Just(Vec::new()).boxed(), 2 => prop::collection::vec(rule, 1..4).boxed()])
        .prop_map(|(length, rules)| GroupStrategy { length: Ok(length), rules, invalid: None })
}

fn want() -> impl Strategy<Value = Want> + Clone {
    prop_oneof![3 => Just(Want::All), 6 => (0..8u32).prop_map(Want::AtMost), 1 => Just(Want::AtMost(100))]
}

fn section<T: Clone + std::fmt::Debug>(
    right: impl Strategy<Value = T> + Clone,
    problem: Misconfigured,
    wrong: f64,
) -> impl Strategy<Value = Result<T, Misconfigured>> + Clone {
    (right, prop::bool::weighted(wrong))
        .prop_map(move |(right, is_wrong)| if is_wrong { Err(problem.clone()) } else { Ok(right) })
}

/// A placement without a mistake in its spec.
pub fn valid_placement() -> impl Strategy<Value = Placement> + Clone {
    any_placement(0.0)
}

/// A placement, about every fifth one with some mistake.
pub fn placement() -> impl Strategy<Value = Placement> + Clone {
    any_placement(0.04)
}

fn any_placement(wrong: f64) -> impl Strategy<Value = Placement> + Clone {
    let key = (namespace(), one_of(&["q", "r", "p"])).prop_map(|(namespace, name)| PlacementKey { namespace, name });
    let selector = Misconfigured::Selector("\"Foo\" is not a valid label selector operator".to_owned());
    // One predicate alone leaves few clusters, so several and none are likelier.
    let few = prop_oneof![
        3 => Just(Vec::new()).boxed(),
        1 => prop::collection::vec(predicate(), 1..2).boxed(),
        4 => prop::collection::vec(predicate(), 2..5).boxed(),
    ];
    let predicates = section(few, selector.clone(), wrong);
    let tolerations = section(prop::collection::vec(toleration(), 0..4), Misconfigured::KeylessToleration, wrong);
    let policy = section(policy(wrong > 0.0), Misconfigured::Mode { mode: "Foo".into() }, wrong);
    let want = section(want(), Misconfigured::NegativeCount { got: -5 }, wrong);
    let spec = (cluster_sets(), want, predicates, tolerations, policy, grouped(wrong, selector));
    (key, about(wrong), spec).prop_map(|(key, about, (cluster_sets, want, predicates, tolerations, policy, groups))| {
        Placement { key, cluster_sets, want, predicates, tolerations, policy, groups, ..about }
    })
}

fn cluster_sets() -> impl Strategy<Value = Vec<Symbol>> + Clone {
    let some = prop::collection::vec(one_of(&["s1", "s2", "s3", "global", "global", "nope"]), 1..4);
    prop_oneof![4 => Just(Vec::new()).boxed(), 1 => some.boxed()]
}

fn grouped(wrong: f64, selector: Misconfigured) -> impl Strategy<Value = GroupStrategy> + Clone {
    (groups(), prop::bool::weighted(wrong), prop::bool::weighted(wrong)).prop_map(
        move |(mut groups, length, invalid)| {
            if length {
                groups.length = Err(Misconfigured::GroupLength { value: "10".into() });
            }
            groups.invalid = invalid.then(|| selector.clone());
            groups
        },
    )
}

/// All of a placement that is not its spec.
fn about(wrong: f64) -> impl Strategy<Value = Placement> + Clone {
    let flags = (prop::bool::weighted(wrong / 2.0), prop::bool::weighted(wrong / 2.0));
    // None, something else of ours, or a filter.
    let filters = prop::bool::weighted(0.3).prop_map(|asked| asked.then(|| outsider::REFERENCE.clone()));
    let asked = (prop::bool::weighted(0.2), filters);
    let ours = (asked.prop_map(|(present, filter)| extensions(present, filter)), prop::bool::weighted(wrong));
    let recorded = (prop::bool::weighted(0.7), prop::option::weighted(0.1, 1..4i64));
    let profile = prop::option::weighted(0.15, one_of(&["upstream", "default"]));
    (prop::option::of(instant()), flags, ours, recorded, profile, prop::bool::weighted(0.2)).prop_map(
        |(created, (deleting, disabled), (asked, invalid), (answered, stale_since), profile, warns)| Placement {
            key: PlacementKey::default(),
            labels: Vec::new(),
            created,
            generation: 4,
            deleting,
            disabled,
            profile,
            cluster_sets: Vec::new(),
            want: Ok(Want::All),
            predicates: Ok(Vec::new()),
            tolerations: Ok(Vec::new()),
            policy: Ok(PrioritizerPolicy::default()),
            groups: GroupStrategy::default(),
            extensions: if invalid { Err("metadata.annotations[x]: bad".to_owned()) } else { Ok(asked) },
            warnings: if warns { vec![Warning::NoEffect { path: "spec.sortBy".to_owned() }] } else { Vec::new() },
            recorded: RecordedStatus { answered, stale_since: stale_since.filter(|_| answered) },
        },
    )
}

fn extensions(present: bool, filter: Option<PluginRef>) -> Extensions {
    Extensions { present, filters: if present { filter.into_iter().collect() } else { Vec::new() } }
}
