//! What a plugin document may say, and what is said of one with a mistake.

use scheduler_core::placement::Operator;
use serde_json::json;

use super::*;

/// A document with this spec, in YAML, besides its source.
fn document(spec: &str) -> Result<Document, String> {
    let digits = "0123456789abcdef".repeat(4);
    let text = format!(
        "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: carbon, labels: {{a: b}}}}\n\
         spec: {{source: {{file: {{path: carbon.wasm, sha256: '{digits}'}}}}, {spec}}}\nstatus: {{anything: [1]}}\n"
    );
    Document::of(&serde_saphyr::from_str(&text).unwrap())
}

#[track_caller]
fn check(spec: &str, want: &str) {
    assert_eq!(document(spec).unwrap_err(), want);
}

#[track_caller]
fn check_whole(document: &Value, want: &str) {
    assert_eq!(Document::of(document).unwrap_err(), want);
}

#[test]
fn what_is_not_said_has_its_default() {
    let Document { spec, source, startup_timeout, release, .. } = document("").unwrap();
    assert_eq!(release, None);
    assert_eq!(spec, Spec::new("carbon".into()));
    assert_eq!(startup_timeout, Duration::from_secs(30));
    let Source::File { path, sha256 } = source else { panic!("{source:?}") };
    assert_eq!(path.to_str(), Some("carbon.wasm"));
    assert_eq!(sha256.as_str(), format!("sha256:{}", "0123456789abcdef".repeat(4)));
}

#[test]
fn all_that_can_be_said() {
    let document = document(
        "failurePolicy: Neutral, fuel: {base: 20M, perRow: 5k}, memory: 16Mi, wasi: Deterministic, startupTimeout: 1m30s, \
         settings: {default: {dirtyWeight: 0.2, a: [1, null]}, eu-first: text}, filter: {placements: {namespaces: ['*', eu-*], \
         selector: {matchLabels: {tier: prod}, matchExpressions: [{key: old, operator: DoesNotExist}]}}}",
    );
    let Document { spec, startup_timeout, .. } = document.unwrap();
    assert_eq!(spec.on_failure, FailurePolicy::Neutral);
    assert_eq!(spec.limits.fuel, FuelBudget { base: 20_000_000, per_row: 5_000 });
    assert_eq!(spec.limits.memory_bytes, 16 << 20);
    assert_eq!(spec.wasi, Wasi::Deterministic);
    assert_eq!(startup_timeout, Duration::from_secs(90));
    let settings: Vec<(&str, &str)> = spec.settings.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    assert_eq!(settings, [("default", r#"{"a":[1,null],"dirtyWeight":0.2}"#), ("eu-first", r#""text""#)]);
    let imposed = spec.imposed.unwrap();
    assert_eq!(imposed.namespaces, ["*".into(), Symbol::from("eu-*")]);
    let of = |key: &str, operator| Requirement { key: key.into(), operator };
    let (tier, old) = (Operator::In(vec!["prod".into()]), Operator::DoesNotExist);
    assert_eq!(imposed.selector, [of("tier", tier), of("old", old)]);
}

#[test]
fn whose_document_it_is() {
    let whole =
        |api: &str, kind: &str, name: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"name": name}});
    let want = "apiVersion: must be `placewright.io/v1alpha1`, got `placewright.io/v1`";
    check_whole(&whole("placewright.io/v1", KIND, json!("a")), want);
    check_whole(&whole(API_VERSION, "Plugin", json!("a")), "kind: must be `WasmPlugin`, got `Plugin`");
    check_whole(&whole(API_VERSION, KIND, json!(7)), "metadata.name: must be a text, got `7`");
    check_whole(&json!({"apiVersion": API_VERSION, "kind": KIND, "metadata": {}}), "metadata.name: is required");
    check_whole(&whole(API_VERSION, KIND, json!("a")), "spec: is required");
    let problem = Document::of(&whole(API_VERSION, KIND, json!("a/b"))).unwrap_err();
    assert!(problem.starts_with("metadata.name: `a/b`: a lowercase RFC 1123 subdomain"), "{problem}");
}

#[test]
fn where_the_component_is() {
    let whole = |source: Value| {
        let metadata = json!({"name": "a"});
        json!({"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": {"source": source}})
    };
    let neither = "spec.source: needs exactly one of `file` and `configMap`";
    check_whole(&whole(json!({})), neither);
    let (file, map) = (json!({"path": "a"}), json!({"name": "a", "key": "b"}));
    check_whole(&whole(json!({"file": file, "configMap": map})), neither);
    check_whole(&whole(json!({"file": file})), "spec.source.file.sha256: is required");
    check_whole(
        &whole(json!({"file": {"path": "a", "sha256": "sha256:12"}})),
        "spec.source.file.sha256: must be `sha256:` and 64 hexadecimal digits, got `sha256:12`",
    );
    check_whole(
        &whole(json!({"oci": {"image": "a"}})),
        "spec.source.oci: registries are not supported in this version: use `file` or `configMap`",
    );
    let Source::ConfigMap { name, key, sha256 } = Document::of(&whole(json!({"configMap": map}))).unwrap().source
    else {
        panic!("no ConfigMap")
    };
    assert_eq!((name.as_str(), key.as_str(), sha256), ("a", "b", None));
}

#[test]
fn what_this_version_cannot_do() {
    check(
        "verification: {policyRef: a}",
        "spec.verification: signatures are not supported in this version: take it out, and pin the component by its sha256",
    );
}

#[test]
fn fields_that_there_are_not() {
    check(
        "failurepolicy: Keep",
        "spec.failurepolicy: there is no such field, only source, verification, failurePolicy, fuel, memory, wasi, \
         startupTimeout, settings, filter, did you mean `failurePolicy`?",
    );
    check(
        "filter: {placements: {namespace: [a]}}",
        "spec.filter.placements.namespace: there is no such field, only namespaces, selector, did you mean `namespaces`?",
    );
    check(
        "filter: {placements: {selector: {matchExpressions: [{kee: a}]}}}",
        "spec.filter.placements.selector.matchExpressions[0].kee: there is no such field, only key, operator, values, did \
         you mean `key`?",
    );
}

#[test]
fn choices() {
    check("failurePolicy: keep", "spec.failurePolicy: must be `Keep` or `Neutral`, got `keep`");
    check("wasi: All", "spec.wasi: must be `None` or `Deterministic`, got `All`");
}

#[test]
fn amounts() {
    check("fuel: {base: 0}", "spec.fuel.base: must be a whole number above 0, got `0`");
    check("fuel: {perRow: -1}", "spec.fuel.perRow: must be a whole number that is not negative, got `-1`");
    check("fuel: {perRow: 0.5}", "spec.fuel.perRow: must be a whole number that is not negative, got `0.5`");
    check("fuel: {base: [1]}", "spec.fuel.base: must be a quantity such as 20M, 5k or 64Mi, got `[1]`");
    check("memory: 63Ki", "spec.memory: must be from 64Ki to 4Gi, got `63Ki`");
    check("memory: 5Gi", "spec.memory: must be from 64Ki to 4Gi, got `5Gi`");
    assert!(document("memory: 64MB").unwrap_err().starts_with("spec.memory: `64MB`: "));
}

#[test]
fn times() {
    check("startupTimeout: 90", "spec.startupTimeout: must be a text, got `90`");
    check("startupTimeout: '90'", "spec.startupTimeout: time: missing unit in duration \"90\"");
    for wrong in ["-1s", "10m1s", "9000h"] {
        let told = format!("spec.startupTimeout: must be a duration such as 30s, from 0s to 10m, got `{wrong}`");
        check(&format!("startupTimeout: {wrong}"), &told);
    }
    assert_eq!(document("startupTimeout: 10m").unwrap().startup_timeout, Duration::from_secs(600));
}

#[test]
fn names_of_settings() {
    check("settings: {'': 1}", "spec.settings: a settings document has no name");
    check("settings: [1]", "spec.settings: must be a map, got `[1]`");
    let problem = document("settings: {a/b: {}}").unwrap_err();
    assert!(problem.starts_with("spec.settings.a/b: the name of a settings document "), "{problem}");
}

#[test]
fn on_whom_it_is_imposed() {
    check(
        "filter: {placements: {namespaces: []}}",
        "spec.filter.placements.namespaces: must be the names of namespaces, at least one; `*` is every namespace, got `[]`",
    );
    check(
        "filter: {placements: {namespaces: [eu_*]}}",
        "spec.filter.placements.namespaces[0]: must be the name of a namespace, in which `*` stands for any run of \
         characters, got `eu_*`",
    );
    assert_eq!(
        document("filter: {placements: {}}").unwrap().spec.imposed,
        Some(Imposed { namespaces: vec![], selector: vec![] })
    );
    assert_eq!(document("filter: {}").unwrap().spec.imposed, None);
    let problem = document("filter: {placements: {selector: {matchLabels: {tier: 1}}}}").unwrap_err();
    assert!(problem.starts_with("spec.filter.placements.selector: invalid type: "), "{problem}");
    let problem =
        document("filter: {placements: {selector: {matchExpressions: [{key: a, operator: in}]}}}").unwrap_err();
    assert_eq!(problem, "spec.filter.placements.selector: \"in\" is not a valid label selector operator");
}
