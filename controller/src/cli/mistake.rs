//! Where in a Placement a mistake is, and what to write instead (OUT-2): upstream's messages say neither.

use scheduler_core::{Coordinate, Misconfigured, Placement};

use crate::near::{did_you_mean, near};

/// The built-in prioritizers (PRIO-4).
const PRIORITIZERS: [&str; 4] = ["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];

/// The field path of a message `<plugin>:<problem>`, and the way out where the message does not say it.
///
/// Looks for the mistake among all that the placement can be told of. O(length of the placement's policy).
pub(super) fn locate(placement: &Placement, message: &str) -> Option<(String, Option<String>)> {
    let (plugin, problem) = message.split_once(':')?;
    let is = |(by, _, mistake): &(&str, String, Misconfigured)| *by == plugin && mistake.to_string() == problem;
    let (_, path, mistake) = mistakes(placement).into_iter().find(is)?;
    Some((path, way_out(&mistake)))
}

/// Every mistake a placement may be told of: by which plugin, and in which field.
fn mistakes(placement: &Placement) -> Vec<(&'static str, String, Misconfigured)> {
    let mut all = Vec::new();
    let mut add = |plugin, path: &str, mistake: Option<&Misconfigured>| {
        all.extend(mistake.map(|mistake| (plugin, path.to_owned(), mistake.clone())));
    };
    add("", "metadata.name", Some(&Misconfigured::NameTooLong));
    add("", "spec.numberOfClusters", placement.want.as_ref().err());
    add("Predicate", "spec.predicates", placement.predicates.as_ref().err());
    add("TaintToleration", "spec.tolerations", placement.tolerations.as_ref().err());
    let groups = "spec.decisionStrategy.groupStrategy";
    add("", &format!("{groups}.clustersPerDecisionGroup"), placement.groups.length.as_ref().err());
    add("", &format!("{groups}.decisionGroups"), placement.groups.invalid.as_ref());
    match &placement.policy {
        Err(mode @ Misconfigured::Mode { .. }) => add("", "spec.prioritizerPolicy.mode", Some(mode)),
        Err(mistake) => add("", "spec.prioritizerPolicy.configurations", Some(mistake)),
        Ok(policy) => {
            for (i, configuration) in policy.configurations.iter().enumerate() {
                let path = format!("spec.prioritizerPolicy.configurations[{i}].scoreCoordinate");
                match &configuration.coordinate {
                    Ok(Coordinate::BuiltIn(name)) => {
                        add("", &path, Some(&Misconfigured::Prioritizer { name: name.clone() }));
                    }
                    Ok(Coordinate::AddOn { .. }) => {}
                    Err(_) => add("", &path, Some(&Misconfigured::NoAddOn)),
                }
            }
        }
    }
    all
}

/// What to write instead.
fn way_out(mistake: &Misconfigured) -> Option<String> {
    match mistake {
        Misconfigured::Mode { .. } => Some("must be Additive or Exact".to_owned()),
        Misconfigured::Prioritizer { name } => {
            let near = did_you_mean(&near(name, PRIORITIZERS.into_iter()));
            Some(format!("must be one of {}{near}", PRIORITIZERS.join(", ")))
        }
        Misconfigured::GroupLength { .. } => {
            Some("must be a number without quotes, or a percentage such as `25%`".to_owned())
        }
        // The one problem of `kube-text` that does not say what is allowed.
        Misconfigured::Selector(problem) if problem.ends_with("is not a valid label selector operator") => {
            Some("must be In, NotIn, Exists or DoesNotExist".to_owned())
        }
        _ => None,
    }
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
        let (got, way_out) = locate(&placement, message).unzip();
        assert_eq!((got.as_deref(), way_out.flatten().as_deref()), (path, hint));
    }

    #[test]
    fn a_negative_count() {
        let message = ":numberOfClusters must not be negative: got -1";
        check(r#"{"numberOfClusters": -1}"#, message, Some("spec.numberOfClusters"), None);
    }
    #[test]
    fn an_operator_nobody_knows() {
        let selector = r#"{"labelSelector": {"matchExpressions": [{"key": "a", "operator": "Foo"}]}}"#;
        let hint = Some("must be In, NotIn, Exists or DoesNotExist");
        let predicates = format!(r#"{{"predicates": [{{"requiredClusterSelector": {selector}}}]}}"#);
        let message = r#"Predicate:"Foo" is not a valid label selector operator"#;
        check(&predicates, message, Some("spec.predicates"), hint);
        let groups = format!(
            r#"{{"decisionStrategy": {{"groupStrategy": {{"decisionGroups": [{{"groupClusterSelector": {selector}}}]}}}}}}"#
        );
        let path = Some("spec.decisionStrategy.groupStrategy.decisionGroups");
        check(&groups, &message["Predicate".len()..], path, hint);
        check(&groups, message, None, None);
    }
    #[test]
    fn a_toleration() {
        let message = "TaintToleration:If the key is empty, operator must be Exists.";
        check(r#"{"tolerations": [{"operator": "Equal"}]}"#, message, Some("spec.tolerations"), None);
    }
    #[test]
    fn a_name_too_long() {
        let message = ":name is longer than 63 characters and cannot be a label value";
        check("{}", message, Some("metadata.name"), None);
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
        let policy = r#"{"prioritizerPolicy": {"configurations": [
            {"scoreCoordinate": {"type": "BuiltIn", "builtIn": "Steady"}},
            {"scoreCoordinate": {"type": "BuiltIn", "builtIn": "Ballance"}},
            {"scoreCoordinate": {"type": "AddOn"}}]}}"#;
        let hint = "must be one of Balance, Steady, ResourceAllocatableCPU, ResourceAllocatableMemory, did you mean \
                    `Balance`?";
        let path = Some("spec.prioritizerPolicy.configurations[1].scoreCoordinate");
        check(policy, ":incorrect builtin prioritizer: Ballance", path, Some(hint));
        let path = Some("spec.prioritizerPolicy.configurations[2].scoreCoordinate");
        check(policy, ":addOn should not be empty", path, None);
    }
    #[test]
    fn a_configuration_without_a_coordinate() {
        let policy = r#"{"prioritizerPolicy": {"configurations": [{"weight": 1}]}}"#;
        let path = Some("spec.prioritizerPolicy.configurations");
        check(policy, ":scoreCoordinate field is required", path, None);
    }
    #[test]
    fn a_mode() {
        let hint = Some("must be Additive or Exact");
        let message = ":incorrect prioritizer policy mode: exact";
        check(r#"{"prioritizerPolicy": {"mode": "exact"}}"#, message, Some("spec.prioritizerPolicy.mode"), hint);
    }
    #[test]
    fn what_nobody_can_place() {
        check("{}", "Guest:no", None, None);
        check("{}", "no plugin", None, None);
    }
}
