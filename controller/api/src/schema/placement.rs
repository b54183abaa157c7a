//! `Placement` (spec §2.1, §2.2).

use super::{
    Default, Field, INT32, INT64, TEXT, Type,
    condition::CONDITIONS,
    field, form, list,
    metadata::{API_VERSION, KIND, METADATA},
    selector::{CEL_SELECTOR, CLAIM_SELECTOR, LABEL_SELECTOR},
    text,
};

pub(super) const PLACEMENT: &[Field] =
    &[API_VERSION, KIND, METADATA, field("spec", SPEC).required(), field("status", STATUS)];

const SPEC: Type = Type::Object(&[
    field("clusterSets", list(&TEXT)).narrows(),
    field("numberOfClusters", INT32).narrows(),
    field("predicates", list(&PREDICATE)).narrows(),
    field("prioritizerPolicy", PRIORITIZER_POLICY),
    field("spreadPolicy", SPREAD_POLICY).narrows(),
    field("tolerations", list(&TOLERATION)),
    // Groups bound what is rolled out at once.
    field("decisionStrategy", DECISION_STRATEGY).keeps_out(),
    field("sortBy", Type::Word(&["ClusterName", "Score"])).or(Default::Text("ClusterName")),
    field("scoreRateLimit", text(0, usize::MAX, form::RATE_LIMIT)).or(Default::Text("1m")),
]);

const PREDICATE: Type = Type::Object(&[field(
    "requiredClusterSelector",
    Type::Object(&[
        field("labelSelector", LABEL_SELECTOR).narrows(),
        field("claimSelector", CLAIM_SELECTOR).narrows(),
        field("celSelector", CEL_SELECTOR).narrows(),
    ]),
)
.narrows()]);

const PRIORITIZER_POLICY: Type =
    Type::Object(&[field("mode", TEXT).or(Default::Text("Additive")), field("configurations", list(&PRIORITIZER))]);

const PRIORITIZER: Type = Type::Object(&[
    field("scoreCoordinate", SCORE_COORDINATE).required(),
    field("weight", Type::Integer { min: -10, max: 10 }).or(Default::Integer(1)),
]);

const SCORE_COORDINATE: Type = Type::Object(&[
    field("type", Type::Word(&["BuiltIn", "AddOn"])).required().or(Default::Text("BuiltIn")),
    field("builtIn", TEXT),
    field("addOn", Type::Object(&[field("resourceName", TEXT).required(), field("scoreName", TEXT).required()])),
]);

const SPREAD_POLICY: Type =
    Type::Object(&[field("spreadConstraints", Type::List { items: &SPREAD_CONSTRAINT, max: 8, keys: &[] }).narrows()]);

const SPREAD_CONSTRAINT: Type = Type::Object(&[
    field("topologyKey", text(0, 316, form::QUALIFIED)).required(),
    field("topologyKeyType", Type::Word(&["Label", "Claim"])).required(),
    field("maxSkew", Type::Integer { min: 1, max: i32::MAX as i64 }).or(Default::Integer(1)),
    field("whenUnsatisfiable", Type::Word(&["DoNotSchedule", "ScheduleAnyway"])).or(Default::Text("ScheduleAnyway")),
]);

const TOLERATION: Type = Type::Object(&[
    field("key", text(0, 316, form::QUALIFIED)).narrows(),
    field("operator", TEXT).or(Default::Text("Equal")),
    // Without it the empty value is tolerated.
    field("value", text(0, 1024, form::ANY)).keeps_out(),
    field("effect", Type::Word(&["NoSelect", "PreferNoSelect", "NoSelectIfNew"])).narrows(),
    field("tolerationSeconds", INT64).narrows(),
]);

const DECISION_STRATEGY: Type = Type::Object(&[field(
    "groupStrategy",
    Type::Object(&[
        field("clustersPerDecisionGroup", Type::IntOrText(form::GROUP_SIZE)).or(Default::Text("100%")).keeps_out(),
        field("decisionGroups", list(&DECISION_GROUP)).keeps_out(),
    ]),
)
.keeps_out()]);

const DECISION_GROUP: Type = Type::Object(&[
    field("groupName", text(0, usize::MAX, form::GROUP_NAME)).required(),
    field(
        "groupClusterSelector",
        Type::Object(&[
            field("labelSelector", LABEL_SELECTOR).narrows(),
            field("claimSelector", CLAIM_SELECTOR).narrows(),
        ]),
    )
    .required(),
]);

const STATUS: Type = Type::Object(&[
    field("numberOfSelectedClusters", INT32),
    field("decisionGroups", list(&GROUP_STATUS)),
    CONDITIONS,
    field("lastScoreUpdateTime", Type::Time),
]);

const GROUP_STATUS: Type = Type::Object(&[
    field("decisionGroupIndex", INT32),
    field("decisionGroupName", TEXT),
    field("decisions", list(&TEXT)),
    field("clusterCount", INT32).or(Default::Integer(0)),
]);
