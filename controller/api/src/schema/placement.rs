//! `Placement` (spec §2.1, §2.2).

use super::{
    Default, Field, INT32, INT64, TEXT, Type,
    condition::CONDITIONS,
    field, form, list,
    metadata::{API_VERSION, KIND, METADATA},
    selector::{CEL_SELECTOR, CLAIM_SELECTOR, LABEL_SELECTOR},
    text,
};

pub(super) const PLACEMENT: &[Field] = &[
    API_VERSION,
    KIND,
    METADATA,
    field("spec", SPEC, "What is wanted.").required(),
    field("status", STATUS, "What was decided."),
];

const SPEC: Type = Type::Object(&[
    field("clusterSets", list(&TEXT), "Sets to choose from, of those bound in the namespace; empty: all of these.")
        .narrows(),
    field("numberOfClusters", INT32, "How many clusters to select at most; absent: all that fit.").narrows(),
    field("predicates", list(&PREDICATE), "What a cluster must fulfil, at least one of these; empty: nothing.")
        .narrows(),
    field("prioritizerPolicy", PRIORITIZER_POLICY, "Which of the clusters that fit are better."),
    field("spreadPolicy", SPREAD_POLICY, "How the selected clusters are spread over regions and the like.").narrows(),
    field("tolerations", list(&TOLERATION), "Taints that do not keep a cluster out."),
    // Groups bound what is rolled out at once.
    field("decisionStrategy", DECISION_STRATEGY, "How the selected clusters are cut into groups, for rollouts.")
        .keeps_out(),
    field("sortBy", Type::Word(&["ClusterName", "Score"]), "Order of the decisions inside a group.")
        .or(Default::Text("ClusterName")),
    field(
        "scoreRateLimit",
        text(0, usize::MAX, form::RATE_LIMIT),
        "How often at most scores alone change the decisions, in h, m or s.",
    )
    .or(Default::Text("1m")),
]);

const PREDICATE: Type = Type::Object(&[field(
    "requiredClusterSelector",
    Type::Object(&[
        field("labelSelector", LABEL_SELECTOR, "By labels.").whole().narrows(),
        field("claimSelector", CLAIM_SELECTOR, "By what clusters claim in their status.").narrows(),
        field("celSelector", CEL_SELECTOR, "By expressions over the whole ManagedCluster.").narrows(),
    ]),
    "Labels, claims and expressions; all of them.",
)
.narrows()]);

const PRIORITIZER_POLICY: Type = Type::Object(&[
    field("mode", TEXT, "Additive: the defaults with these changes. Exact: these alone.").or(Default::Text("Additive")),
    field("configurations", list(&PRIORITIZER), "Prioritizers and their weights."),
]);

const PRIORITIZER: Type = Type::Object(&[
    field("scoreCoordinate", SCORE_COORDINATE, "Where the scores come from.").required(),
    field("weight", Type::Integer { min: -10, max: 10 }, "What a score is multiplied with; below 0 low scores win.")
        .or(Default::Integer(1)),
]);

const SCORE_COORDINATE: Type = Type::Object(&[
    field("type", Type::Word(&["BuiltIn", "AddOn"]), "From a built-in prioritizer, or from an AddOnPlacementScore.")
        .required()
        .or(Default::Text("BuiltIn")),
    field("builtIn", TEXT, "Balance, Steady, ResourceAllocatableCPU or ResourceAllocatableMemory."),
    field("addOn", ADD_ON, "Which score of which AddOnPlacementScore."),
]);

const ADD_ON: Type = Type::Object(&[
    field("resourceName", TEXT, "Name of the AddOnPlacementScore in each cluster's namespace.").required(),
    field("scoreName", TEXT, "Name of the score in it.").required(),
]);

const SPREAD_POLICY: Type = Type::Object(&[field(
    "spreadConstraints",
    Type::List { items: &SPREAD_CONSTRAINT, max: 8, keys: &[] },
    "The most important first.",
)
.narrows()]);

const SPREAD_CONSTRAINT: Type = Type::Object(&[
    field("topologyKey", text(0, 316, form::QUALIFIED), "The label or claim whose values are the domains.").required(),
    field("topologyKeyType", Type::Word(&["Label", "Claim"]), "Which of the two topologyKey names.").required(),
    field(
        "maxSkew",
        Type::Integer { min: 1, max: i32::MAX as i64 },
        "How many more clusters one domain may have than another.",
    )
    .or(Default::Integer(1)),
    field(
        "whenUnsatisfiable",
        Type::Word(&["DoNotSchedule", "ScheduleAnyway"]),
        "Where that cannot be: select fewer, or come as near as can be.",
    )
    .or(Default::Text("ScheduleAnyway")),
]);

const TOLERATION: Type = Type::Object(&[
    field("key", text(0, 316, form::QUALIFIED), "Key of the taint; absent: any, and the operator must be Exists.")
        .narrows(),
    field("operator", TEXT, "Equal: key and value are the taint's. Exists: the key is.").or(Default::Text("Equal")),
    // Without it the empty value is tolerated.
    field("value", text(0, 1024, form::ANY), "Value of the taint, for Equal.").keeps_out(),
    field("effect", Type::Word(&["NoSelect", "PreferNoSelect", "NoSelectIfNew"]), "Effect of the taint; absent: any.")
        .narrows(),
    field("tolerationSeconds", INT64, "How long after the taint was set it is tolerated; absent: for ever.").narrows(),
]);

const DECISION_STRATEGY: Type = Type::Object(&[field(
    "groupStrategy",
    Type::Object(&[
        field(
            "clustersPerDecisionGroup",
            Type::IntOrText(form::GROUP_SIZE),
            "Clusters of a group at most, as a number or as a share of all selected.",
        )
        .or(Default::Text("100%"))
        .keeps_out(),
        field(
            "decisionGroups",
            list(&DECISION_GROUP),
            "Named groups, which come first; the other clusters follow in groups without a name.",
        )
        .keeps_out(),
    ]),
    "Groups and their size.",
)
.keeps_out()]);

const DECISION_GROUP: Type = Type::Object(&[
    field("groupName", text(0, usize::MAX, form::GROUP_NAME), "Stands on the group's PlacementDecisions as a label.")
        .required(),
    field(
        "groupClusterSelector",
        Type::Object(&[
            field("labelSelector", LABEL_SELECTOR, "By labels.").whole().narrows(),
            field("claimSelector", CLAIM_SELECTOR, "By what clusters claim in their status.").narrows(),
        ]),
        "Which of the selected clusters; labels and claims, all of them.",
    )
    .required(),
]);

const STATUS: Type = Type::Object(&[
    field("numberOfSelectedClusters", INT32, "How many clusters are selected."),
    field("decisionGroups", list(&GROUP_STATUS), "The groups, and which PlacementDecisions they are in."),
    CONDITIONS,
    field("lastScoreUpdateTime", Type::Time, "When scores last changed the decisions."),
]);

const GROUP_STATUS: Type = Type::Object(&[
    field("decisionGroupIndex", INT32, "Counts from 0."),
    field("decisionGroupName", TEXT, "Empty for a group without a name."),
    field("decisions", list(&TEXT), "Names of the group's PlacementDecisions."),
    field("clusterCount", INT32, "Clusters in the group.").or(Default::Integer(0)),
]);
