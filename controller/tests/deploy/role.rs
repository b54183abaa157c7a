//! The role is a part of what upstream's own controller has (spec §17.4), so that ours runs where that one ran.

use std::collections::BTreeSet;

use serde_json::Value;

use super::of_kind;

/// API groups, resources, verbs: what upstream's service account may do on every hub.
const CEILING: &[(&[&str], &[&str], &[&str])] = &[
    (&[""], &["configmaps"], &["get", "list", "watch", "create", "delete", "update"]),
    (&[""], &["pods"], &["get"]),
    (&["apps"], &["replicasets"], &["get"]),
    (&["authentication.k8s.io"], &["tokenreviews"], &["create"]),
    (&["authorization.k8s.io"], &["subjectaccessreviews"], &["create"]),
    (&["", "events.k8s.io"], &["events"], &["create", "patch", "update"]),
    (&["coordination.k8s.io"], &["leases"], &["create", "get", "list", "update", "watch", "patch"]),
    (
        &["cluster.open-cluster-management.io"],
        &["managedclusters", "managedclustersets", "managedclustersetbindings", "addonplacementscores", "placements"],
        &["get", "list", "watch"],
    ),
    (
        &["cluster.open-cluster-management.io"],
        &["placementdecisions"],
        &["get", "list", "watch", "create", "update", "patch", "delete"],
    ),
    (
        &["cluster.open-cluster-management.io"],
        &["placements/status", "placementdecisions/status"],
        &["update", "patch"],
    ),
    (&["cluster.open-cluster-management.io"], &["placements/finalizers"], &["update"]),
];

fn words(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|word| word.as_str().unwrap()).collect()
}

/// Every group, resource and verb that such a rule allows.
fn product<'w>(groups: &[&'w str], resources: &[&'w str], verbs: &[&'w str]) -> BTreeSet<(&'w str, &'w str, &'w str)> {
    let mut all = BTreeSet::new();
    for group in groups {
        for resource in resources {
            all.extend(verbs.iter().map(|verb| (*group, *resource, *verb)));
        }
    }
    all
}

/// What one rule of a role allows.
pub(crate) fn allowed(rule: &Value) -> BTreeSet<(&str, &str, &str)> {
    product(&words(&rule["apiGroups"]), &words(&rule["resources"]), &words(&rule["verbs"]))
}

#[test]
fn nothing_above_what_upstream_has() {
    let ceiling: BTreeSet<_> =
        CEILING.iter().flat_map(|(groups, resources, verbs)| product(groups, resources, verbs)).collect();
    let roles = [of_kind("ClusterRole"), of_kind("Role")].concat();
    let asked: BTreeSet<_> =
        roles.iter().flat_map(|role| role["rules"].as_array().unwrap()).flat_map(allowed).collect();
    assert_eq!(asked.difference(&ceiling).collect::<Vec<_>>(), [&("", "", ""); 0]);
    assert!(asked.len() > 20, "{asked:?}");
}

/// Secrets are not read, and nothing of a hub is read as a whole that only our own namespace needs.
#[test]
fn what_is_ours_alone_is_asked_for_in_our_namespace() {
    for role in of_kind("ClusterRole") {
        for (_, resource, _) in role["rules"].as_array().unwrap().iter().flat_map(allowed) {
            assert!(!["configmaps", "leases", "secrets"].contains(&resource), "{resource}");
        }
    }
}

/// Each role is bound to our service account and to nobody else.
#[test]
fn roles_are_bound_to_us() {
    let bindings = [of_kind("ClusterRoleBinding"), of_kind("RoleBinding")].concat();
    let bound: BTreeSet<&str> = bindings.iter().map(|binding| binding["roleRef"]["name"].as_str().unwrap()).collect();
    assert_eq!(bound, BTreeSet::from(["extension-apiserver-authentication-reader", "placewright"]));
    let account = &of_kind("ServiceAccount")[0]["metadata"];
    for binding in &bindings {
        let [subject] = &binding["subjects"].as_array().unwrap()[..] else { panic!("{binding} binds several") };
        assert_eq!((&subject["name"], &subject["namespace"]), (&account["name"], &account["namespace"]));
    }
}
