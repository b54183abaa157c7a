//! Where in a Placement a mistake is, and what to write instead (OUT-2): upstream's messages say neither.

use scheduler_core::{Misconfigured, Placement};

use crate::near::{did_you_mean, near};

/// The built-in prioritizers (PRIO-4).
const PRIORITIZERS: [&str; 4] = ["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];

/// The field path of a message `<plugin>:<problem>`, and the way out where the message does not say it.
pub(super) fn locate(placement: &Placement, message: &str) -> (Option<String>, Option<String>) {
    let (plugin, problem) = message.split_once(':').unwrap_or(("", message));
    let is = |mistake: &Misconfigured| mistake.to_string() == problem;
    if placement.want.as_ref().is_err_and(is) {
        return at("spec.numberOfClusters", None);
    }
    if plugin == "Predicate" {
        let hint = problem.ends_with("is not a valid label selector operator");
        return at("spec.predicates", hint.then_some("must be In, NotIn, Exists or DoesNotExist"));
    }
    if plugin == "TaintToleration" {
        return at("spec.tolerations", None);
    }
    if placement.groups.length.as_ref().is_err_and(is) {
        let hint = "must be a number without quotes, or a percentage such as `25%`";
        return at("spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup", Some(hint));
    }
    if placement.groups.invalid.as_ref().is_some_and(is) {
        return at("spec.decisionStrategy.groupStrategy.decisionGroups", None);
    }
    if let Some(name) = problem.strip_prefix("incorrect builtin prioritizer: ") {
        let near = did_you_mean(&near(name, PRIORITIZERS.into_iter()));
        let hint = format!("must be one of {}{near}", PRIORITIZERS.join(", "));
        return at("spec.prioritizerPolicy.configurations", Some(&hint));
    }
    match problem {
        "addOn should not be empty" | "scoreCoordinate field is required" => {
            at("spec.prioritizerPolicy.configurations", None)
        }
        _ if problem.starts_with("incorrect prioritizer policy mode: ") => {
            at("spec.prioritizerPolicy.mode", Some("must be Additive or Exact"))
        }
        _ => (None, None),
    }
}

fn at(path: &str, hint: Option<&str>) -> (Option<String>, Option<String>) {
    (Some(path.to_owned()), hint.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use api::facts;
    use api::kinds;

    use super::*;

    #[track_caller]
    fn check(spec: &str, message: &str, path: Option<&str>, hint: Option<&str>) {
        let spec = serde_json::from_str(spec).unwrap();
        let (placement, _) = facts::placement(&kinds::Placement { spec, ..kinds::Placement::default() });
        let got = locate(&placement, message);
        assert_eq!((got.0.as_deref(), got.1.as_deref()), (path, hint));
    }

    #[test]
    fn a_negative_count() {
        let message = ":numberOfClusters must not be negative: got -1";
        check(r#"{"numberOfClusters": -1}"#, message, Some("spec.numberOfClusters"), None);
    }
    #[test]
    fn an_operator_nobody_knows() {
        let hint = Some("must be In, NotIn, Exists or DoesNotExist");
        check("{}", r#"Predicate:"Foo" is not a valid label selector operator"#, Some("spec.predicates"), hint);
    }
    #[test]
    fn a_toleration() {
        check("{}", "TaintToleration:If the key is empty, operator must be Exists.", Some("spec.tolerations"), None);
    }
    #[test]
    fn a_group_length_in_quotes() {
        check(
            r#"{"decisionStrategy": {"groupStrategy": {"clustersPerDecisionGroup": "10"}}}"#,
            ":10 invalid type: string is not a percentage",
            Some("spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup"),
            Some("must be a number without quotes, or a percentage such as `25%`"),
        );
    }
    #[test]
    fn a_misspelt_prioritizer() {
        check(
            "{}",
            ":incorrect builtin prioritizer: Ballance",
            Some("spec.prioritizerPolicy.configurations"),
            Some(
                "must be one of Balance, Steady, ResourceAllocatableCPU, ResourceAllocatableMemory, did you mean `Balance`?",
            ),
        );
    }
    #[test]
    fn a_mode() {
        let hint = Some("must be Additive or Exact");
        check("{}", ":incorrect prioritizer policy mode: exact", Some("spec.prioritizerPolicy.mode"), hint);
    }
    #[test]
    fn what_nobody_can_place() {
        check("{}", "Guest:no", None, None);
    }
}
