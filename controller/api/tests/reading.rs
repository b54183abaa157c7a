//! Laws of reading (cli.md §1, §3): other bytes of one meaning give the same objects, good objects stand whatever stands beside them, and no bytes at
//! all bring the reader down.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::io::Write as _;

use api::{
    kinds::{IntOrString, Placement},
    read::{InputFile, Kind, Options, Read, Severity, read},
};
use proptest::prelude::*;

const BASE: &str = "apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata:
  labels:
    env: prod
    region: eu
  name: c1
spec:
  hubAcceptsClient: true
  taints:
  - effect: NoSelect
    key: gpu
status:
  allocatable:
    cpu: 4
    memory: 1.5Gi
---
apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata:
  annotations:
    note: \"two\\nlines\\n\"
  name: p
  namespace: ns1
spec:
  numberOfClusters: 2
  predicates:
  - requiredClusterSelector:
      labelSelector:
        matchLabels:
          env: prod
";

/// The same two objects, as JSON lines, with keys in another order.
const JSON: [&str; 2] = [
    r#"{"kind":"ManagedCluster","status":{"allocatable":{"memory":"1.5Gi","cpu":4}},"spec":{"taints":[{"key":"gpu","effect":"NoSelect"}],"hubAcceptsClient":true},"metadata":{"name":"c1","labels":{"region":"eu","env":"prod"}},"apiVersion":"cluster.open-cluster-management.io/v1"}"#,
    r#"{"spec":{"predicates":[{"requiredClusterSelector":{"labelSelector":{"matchLabels":{"env":"pr\u006fd"}}}}],"numberOfClusters":2},"metadata":{"namespace":"ns1","name":"p","annotations":{"note":"two\nlines\n"}},"apiVersion":"cluster.open-cluster-management.io\/v1beta1","kind":"Placement"}"#,
];

fn files(files: &[(&str, &[u8])]) -> Read {
    let inputs = files.iter().map(|&(name, data)| InputFile { name: name.to_owned(), data: data.to_owned() });
    read(inputs, &Options::default())
}

fn yaml(text: &str) -> Read {
    files(&[("x.yaml", text.as_bytes())])
}

/// Objects by key, without their places.
fn kinds(read: &Read) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = read.objects.iter().map(|object| object.kind.clone()).collect();
    kinds.sort_by_key(Kind::key);
    kinds
}

/// Other bytes, the same objects, and nothing to be said.
#[track_caller]
fn same(inputs: &[(&str, &[u8])]) {
    let got = files(inputs);
    assert_eq!(got.notices, []);
    assert_eq!(kinds(&got), kinds(&yaml(BASE)));
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn halves() -> (&'static str, &'static str) {
    BASE.split_once("---\n").unwrap()
}

#[test]
fn line_ends_of_windows() {
    same(&[("x.yaml", BASE.replace('\n', "\r\n").as_bytes())]);
}

#[test]
fn a_byte_order_mark() {
    same(&[("x.yaml", format!("\u{feff}{BASE}").as_bytes())]);
    same(&[("x.jsonl", format!("\u{feff}{}", JSON.join("\n")).as_bytes())]);
}

#[test]
fn directives_and_ends() {
    let (a, b) = halves();
    same(&[("x.yaml", format!("%YAML 1.2\n---\n{a}...\n%YAML 1.1\n---\n{b}...\n").as_bytes())]);
    same(&[("x.yaml", format!("{a}...\n{b}...\n...\n").as_bytes())]);
}

#[test]
fn comments_and_empty_documents() {
    let (a, b) = halves();
    same(&[("x.yaml", format!("# a\n--- # b\n# c\n---\n\n---\n{a}# d\n--- # e\n{b}---\n# f").as_bytes())]);
}

#[test]
fn other_orders_of_documents_and_inputs() {
    let (a, b) = halves();
    same(&[("x.yaml", format!("{b}---\n{a}").as_bytes())]);
    same(&[("b.yaml", b.as_bytes()), ("a.yaml", a.as_bytes())]);
    same(&[("a.yaml", a.as_bytes()), ("b.json", JSON[1].as_bytes())]);
}

#[test]
fn json_lines_and_json_without_lines() {
    same(&[("x.jsonl", JSON.join("\n").as_bytes())]);
    same(&[("x.jsonl", JSON.join("\r\n\r\n").as_bytes())]);
    same(&[("x.json", JSON.concat().as_bytes())]);
    same(&[("x.json", format!("[{}]", JSON.join(",")).as_bytes())]);
    same(&[("x.yaml", JSON.join("\n---\n").as_bytes())]);
    same(&[("x.yaml", JSON.map(|json| json.replace(r"\/", "/")).join("\n--- ").as_bytes())]);
}

#[test]
fn json_over_many_lines() {
    let pretty = JSON.map(|json| {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    });
    same(&[("x.json", pretty.join("\n").as_bytes())]);
    same(&[("x.yaml", pretty.join("\n---\n").as_bytes())]);
}

#[test]
fn lists_and_lists_in_lists() {
    let list = |items: &str| {
        format!(r#"{{"apiVersion":"v1","items":[{items}],"kind":"List","metadata":{{"resourceVersion":""}}}}"#)
    };
    same(&[("x.json", list(&JSON.join(", ")).as_bytes())]);
    same(&[("x.json", list(&list(&list(&JSON.join(",")))).as_bytes())]);
    let item = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let (a, b) = halves();
    same(&[("x.yaml", format!("apiVersion: v1\nkind: List\nitems:\n{}\n{}\n", item(a), item(b)).as_bytes())]);
}

#[test]
fn lists_of_one_kind_as_the_server_gives_them() {
    let mut cluster: serde_json::Value = serde_json::from_str(JSON[0]).unwrap();
    let mut placement: serde_json::Value = serde_json::from_str(JSON[1]).unwrap();
    let list = |item: &mut serde_json::Value| {
        let item = item.as_object_mut().unwrap();
        let (version, kind) = (item.remove("apiVersion").unwrap(), item.remove("kind").unwrap());
        let kind = format!("{}List", kind.as_str().unwrap());
        serde_json::json!({ "kind": kind, "apiVersion": version, "metadata": {}, "items": [item] }).to_string()
    };
    same(&[("a.json", list(&mut cluster).as_bytes()), ("b.json", list(&mut placement).as_bytes())]);
}

#[test]
fn gzip_in_one_and_more_members() {
    let (a, b) = halves();
    same(&[("x.yaml.gz", &gzip(BASE.as_bytes()))]);
    same(&[("x", &[gzip(a.as_bytes()), gzip(b"---\n"), gzip(b.as_bytes())].concat())]);
    same(&[("x.jsonl.gz", &gzip(JSON.join("\n").as_bytes()))]);
}

#[test]
fn anchors_and_merge_keys() {
    let (a, b) = halves();
    let a = a.replace(
        "    env: prod\n    region: eu\n",
        "    <<: [{region: eu, env: dev}, {region: us}]\n    env: &env prod\n",
    );
    let b = b.replace("          env: prod\n", "          <<: &l {env: prod}\n          <<: *l\n");
    let got = yaml(&format!("{a}---\n{b}"));
    assert_eq!(kinds(&got), kinds(&yaml(BASE)));
}

#[test]
fn flow_and_quotes() {
    let text = "{apiVersion: 'cluster.open-cluster-management.io/v1', kind: ManagedCluster, metadata: {labels: {\"env\": 'prod', region: \"e\\u0075\"}, name: c1},
  spec: {hubAcceptsClient: true, taints: [{effect: NoSelect, key: gpu}]}, status: {allocatable: {cpu: '4', memory: \"1.5Gi\"}}}
---
apiVersion: cluster.open-cluster-management.io/v1beta1
kind: !!str Placement
metadata: {annotations: {note: !!str \"two\\nlines\\n\"}, name: p, namespace: ns1}
spec: {numberOfClusters: !!int 2, predicates: [requiredClusterSelector: {labelSelector: {matchLabels: {env: prod}}}]}
";
    same(&[("x.yaml", text.as_bytes())]);
    let (_, b) = halves();
    same(&[
        ("x.yaml", text.split_once("---\n").unwrap().0.as_bytes()),
        ("y.yaml", b.replace("\"two\\nlines\\n\"", "|\n      two\n      lines").as_bytes()),
    ]);
}

#[test]
fn what_is_not_asked_about_does_not_matter() {
    let text = BASE.replace(
        "  name: c1\n",
        "  name: c1\n  managedFields: [{manager: x, time: 2026}]\n  creationTimestamp: null\n",
    );
    same(&[("x.yaml", text.as_bytes())]);
}

// Older versions.

fn placement_of(got: &Read) -> &Placement {
    match &got.objects[0].kind {
        Kind::Placement(placement) => placement,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn said(got: &Read, want: &[&str]) {
    let notices: Vec<String> = got.notices.iter().map(|notice| format!("{}: {notice}", notice.severity)).collect();
    assert_eq!(notices, want);
}

#[test]
fn prioritizers_by_name() {
    let got = yaml(
        "apiVersion: cluster.open-cluster-management.io/v1alpha1
kind: Placement
metadata: {name: p, namespace: ns1}
spec:
  prioritizerPolicy:
    mode: Exact
    configurations:
    - name: ResourceAllocatableMemory
    - {name: Steady, weight: 3}
",
    );
    said(&got, &["note: x.yaml:1: Placement ns1/p: apiVersion: `v1alpha1` is no longer served: read as `v1beta1`"]);
    let policy = &placement_of(&got).spec.prioritizer_policy;
    let configs: Vec<_> = policy
        .configurations
        .iter()
        .map(|c| (&*c.score_coordinate.r#type, &*c.score_coordinate.built_in, c.weight))
        .collect();
    assert_eq!(configs, [("BuiltIn", "ResourceAllocatableMemory", Some(1)), ("BuiltIn", "Steady", Some(3))]);
}

#[test]
fn the_old_name_of_exclusive_sets() {
    for version in ["v1alpha1", "v1beta1"] {
        let text = format!(
            "apiVersion: cluster.open-cluster-management.io/{version}\nkind: ManagedClusterSet\nmetadata: {{name: s}}\nspec: {{clusterSelector: {{selectorType: LegacyClusterSetLabel}}}}\n"
        );
        let got = yaml(&text);
        let note = format!(
            "note: x.yaml:1: ManagedClusterSet s: apiVersion: `{version}` is no longer served: read as `v1beta2`"
        );
        said(&got, &[&note]);
        let Kind::ManagedClusterSet(set) = &got.objects[0].kind else { panic!("{got:?}") };
        assert_eq!(set.spec.cluster_selector.selector_type, "ExclusiveClusterSetLabel");
    }
}

#[test]
fn old_bindings_and_decisions() {
    let got = yaml(
        "apiVersion: cluster.open-cluster-management.io/v1beta1
kind: ManagedClusterSetBinding
metadata: {name: s, namespace: ns1}
spec: {clusterSet: s}
---
apiVersion: cluster.open-cluster-management.io/v1alpha1
kind: PlacementDecision
metadata: {name: d, namespace: ns1}
status: {decisions: [{clusterName: c1, reason: ''}]}
",
    );
    assert_eq!(got.objects.len(), 2);
    said(
        &got,
        &[
            "note: x.yaml:1: ManagedClusterSetBinding ns1/s: apiVersion: `v1beta1` is no longer served: read as `v1beta2`",
            "note: x.yaml:6: PlacementDecision ns1/d: apiVersion: `v1alpha1` is no longer served: read as `v1beta1`",
        ],
    );
}

#[test]
fn other_groups_have_kinds_of_our_names() {
    let got = yaml("apiVersion: scheduling.k8s.io/v1alpha1\nkind: Placement\nmetadata: {name: p}\n");
    said(
        &got,
        &["note: `scheduling.k8s.io/v1alpha1 Placement` at x.yaml:1 is no kind that placement looks at: left out"],
    );
}

// Values.

#[test]
fn group_sizes_are_numbers_or_text() {
    let size = |text: &str| {
        let got = yaml(&format!(
            "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {{name: p, namespace: a}}\nspec: {{decisionStrategy: {{groupStrategy: {{clustersPerDecisionGroup: {text}}}}}}}\n"
        ));
        assert_eq!(got.notices, []);
        placement_of(&got).spec.decision_strategy.group_strategy.clusters_per_decision_group.clone().unwrap()
    };
    assert_eq!(size("0"), IntOrString::Int(0));
    assert_eq!(size("-3"), IntOrString::Int(-3));
    assert_eq!(size("\"10\""), IntOrString::Text("10".to_owned()));
    assert_eq!(size("25%"), IntOrString::Text("25%".to_owned()));
    assert_eq!(size("null"), IntOrString::Text("100%".to_owned()));
}

#[test]
fn quantities_are_kept_as_written() {
    for text in ["4", "\"4\"", "1.50", "1e3", "70042e3", "12345678901234567890", "500m", ".5", "+1", "-0.5Gi"] {
        let got = yaml(&format!(
            "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {{name: c}}\nstatus: {{capacity: {{cpu: {text}}}}}\n"
        ));
        assert_eq!(got.notices, [], "{text}");
        let Kind::ManagedCluster(cluster) = &got.objects[0].kind else { panic!("{got:?}") };
        assert_eq!(cluster.status.capacity["cpu"], text.trim_matches('"'));
    }
}

/// Whether a cluster with this name, label key, label value and so on is accepted.
fn is_accepted(name: &str, key: &str, value: &str, taint: &str, claim: &str) -> bool {
    let cluster = serde_json::json!({
        "apiVersion": "cluster.open-cluster-management.io/v1", "kind": "ManagedCluster",
        "metadata": { "name": name, "labels": { key: value } },
        "spec": { "taints": [{ "key": taint, "effect": "NoSelect" }] },
        "status": { "clusterClaims": [{ "name": claim, "value": "v" }] },
    });
    let got = files(&[("x.json", cluster.to_string().as_bytes())]);
    assert_eq!(got.objects.is_empty(), got.notices.iter().any(|notice| notice.severity == Severity::Error));
    !got.objects.is_empty()
}

#[test]
fn lengths() {
    let x = |length| "x".repeat(length);
    let accepted = |name: &str| is_accepted(name, "a", "b", "c", "d");
    let dotted = |length: usize| format!("{}.{}", x(length / 2), x(length - length / 2 - 1));
    for (length, want) in [(62, true), (63, true), (64, true), (253, true), (254, false)] {
        assert_eq!(accepted(&dotted(length)), want, "name of {length}");
        assert_eq!(is_accepted("n", "a", "b", "c", &x(length)), want, "claim of {length}");
        let prefixed = format!("{}/k", dotted(length));
        assert_eq!(is_accepted("n", &prefixed, "b", "c", "d"), want, "label prefix of {length}");
    }
    for (length, want) in [(62, true), (63, true), (64, false), (253, false), (254, false)] {
        assert_eq!(is_accepted("n", &x(length), "b", "c", "d"), want, "label key of {length}");
        assert_eq!(is_accepted("n", "a", &x(length), "c", "d"), want, "label value of {length}");
    }
    for (length, want) in [(62, true), (64, true), (254, true), (316, true), (317, false)] {
        assert_eq!(is_accepted("n", "a", "b", &x(length), "d"), want, "taint key of {length}");
    }
}

#[test]
fn characters_that_cannot_be_seen() {
    for c in ["\u{200b}", "\u{202e}", "\u{feff}", "\u{ad}"] {
        let with = format!("a{c}b");
        assert!(!is_accepted(&with, "a", "b", "c", "d"), "{c:?}");
        assert!(!is_accepted("n", &with, "b", "c", "d"), "{c:?}");
        assert!(!is_accepted("n", "a", &with, "c", "d"), "{c:?}");
        assert!(!is_accepted("n", "a", "b", &with, "d"), "{c:?}");
        assert!(is_accepted("n", "a", "b", "c", &with), "a claim's name is free text");
    }
}

// Good ones beside bad ones.

const BAD: [&str; 8] = [
    "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: X}\n",
    "a: [\n",
    "- 1\n",
    "{\"a\": 1,}\n",
    "a: \u{7}\n",
    "\tb: c\n",
    "kind: Placement\nkind: Placement\n",
    "a: *b\n",
];

proptest! {
    #[test]
    fn bad_documents_hide_no_good_ones(order in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let (a, b) = halves();
        let documents: Vec<&str> = order.iter().map(|&at| [&[a, b], &BAD[..]].concat()[at]).collect();
        let got = yaml(&documents.join("---\n"));
        prop_assert_eq!(kinds(&got), kinds(&yaml(BASE)));
        let errors = got.notices.iter().filter(|notice| notice.severity == Severity::Error).count();
        prop_assert!(errors >= BAD.len(), "{:?}", got.notices);
    }

    #[test]
    fn the_number_of_threads_changes_nothing(count in 1..60_usize, threads in 2..5_usize) {
        let text: String = (0..count).map(|n| format!("{}\n{}\n", JSON[n % 2].replace("c1", &format!("c{n}")), "{\"a\":1}")).collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| files(&[("x.jsonl", text.as_bytes()), ("y.yaml", BASE.as_bytes())]))
        };
        prop_assert_eq!(with(1), with(threads));
    }
}

// Whatever the bytes.

/// Everything that is said is one line and about a place; nothing is passed over in silence.
fn check_any(name: &str, data: &[u8]) -> Result<(), TestCaseError> {
    let got = files(&[(name, data)]);
    prop_assert!(!got.objects.is_empty() || !got.notices.is_empty());
    for notice in &got.notices {
        let text = notice.to_string();
        prop_assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
        prop_assert!(text.contains(name), "{text:?}");
    }
    Ok(())
}

/// What turns one document into another.
fn bit() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        &b"{"[..],
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"-",
        b"'",
        b"\"",
        b"&a ",
        b"*a",
        b"!",
        b"|",
        b">",
        b"%",
        b"@",
        b"`",
        b"\n",
        b" ",
        b"\t",
        b"\0",
        b"#",
        b"?",
        b"~",
        b"<<",
        b"---\n",
        b"...\n",
        b"\xff",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"\r",
        b"!!int ",
        b"\\u",
        b"0",
        b"}\n{",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..400), name in prop::sample::select(vec!["x.yaml", "x.json", "x.gz"])) {
        check_any(name, &data)?;
    }

    #[test]
    fn any_change_of_a_manifest(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..30_usize, bit()), 1..6),
        json: bool,
        name in prop::sample::select(vec!["x.yaml", "x.json"]),
    ) {
        let mut data = if json { JSON.join("\n") } else { BASE.to_owned() }.into_bytes();
        for (at, length, bit) in edits {
            let at = at.index(data.len());
            let end = (at + length).min(data.len());
            data.splice(at..end, bit.iter().copied());
            if data.is_empty() {
                data.push(b' ');
            }
        }
        check_any(name, &data)?;
    }

    #[test]
    fn any_gzip(data in prop::collection::vec(any::<u8>(), 0..100), cut in any::<prop::sample::Index>()) {
        let mut packed = gzip(&data);
        check_any("x.gz", &packed)?;
        packed.truncate(cut.index(packed.len()));
        check_any("x.gz", &packed)?;
    }
}
