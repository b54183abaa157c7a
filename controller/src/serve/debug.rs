//! `/debug/placements/` (§15): what would be decided, and by which steps. Nothing is written.

mod answer;

use api::kinds::Placement;
use bytes::Bytes;
use http::{Method, StatusCode};
use scheduler_core::placement::GroupStrategy;
use scheduler_core::{Fact, Index, Outcome, PlacementKey, Time, Trail};
use serde::Deserialize;

use self::answer::{Answer, Type};
use crate::hub::View;

/// The path of all requests.
pub(super) const PREFIX: &str = "/debug/placements/";
/// The longest body that is read, in bytes.
pub(super) const BODY_MAX: u64 = 1 << 20;

/// Why there is no answer: a status code and a text.
pub(super) type Refusal = (StatusCode, String);

fn bad(text: String) -> Refusal {
    (StatusCode::BAD_REQUEST, text)
}

/// What is asked: about which placement, and about the one that was posted, if one was.
#[derive(Debug)]
pub(super) struct Asked {
    pub key: PlacementKey,
    pub posted: Option<(Box<Placement>, Type)>,
}

/// Upstream's verb for the permission that a method needs.
pub(super) fn verb(method: &Method) -> Result<&'static str, Refusal> {
    match *method {
        Method::GET => Ok("get"),
        Method::POST => Ok("create"),
        _ => Err((StatusCode::METHOD_NOT_ALLOWED, format!("method {method} not allowed"))),
    }
}

/// A GET's path behind the prefix.
///
/// # Errors
/// It names no placement.
pub(super) fn asked_by_path(rest: &str) -> Result<Asked, Refusal> {
    let parts: Vec<&str> = rest.split('/').collect();
    match parts[..] {
        [namespace, name] if !namespace.is_empty() => {
            let key = PlacementKey { namespace: namespace.into(), name: name.into() };
            Ok(Asked { key, posted: None })
        }
        [_] | [_, _] => Err(bad("invalid debug path: namespace and name required".to_owned())),
        _ => Err(bad(format!("unexpected key format: {rest:?}"))),
    }
}

/// A POST whose head declares so long a body.
///
/// # Errors
/// It is too long.
pub(super) fn check_length(declared: Option<u64>) -> Result<(), Refusal> {
    match declared.filter(|length| *length > BODY_MAX) {
        Some(length) => Err(bad(format!("request body too large: {length} bytes exceeds maximum of {BODY_MAX} bytes"))),
        None => Ok(()),
    }
}

/// The refusal of a body that went on beyond the limit.
pub(super) fn too_long() -> Refusal {
    bad(format!("request body too large: exceeds maximum of {BODY_MAX} bytes"))
}

/// A POST's body, neither defaulted nor validated.
///
/// # Errors
/// It is no Placement, or in no namespace (Q22: upstream takes the bindings of all).
pub(super) fn asked_by_body(body: &Bytes) -> Result<Asked, Refusal> {
    #[derive(Deserialize)]
    struct Posted {
        #[serde(flatten)]
        of: Type,
        #[serde(flatten)]
        placement: Placement,
    }
    let posted: Posted = serde_json::from_slice(body)
        .map_err(|problem| bad(format!("failed to unmarshal placement JSON: {problem}")))?;
    let meta = &posted.placement.metadata;
    if meta.namespace.is_empty() {
        return Err(bad("invalid placement: metadata.namespace is required".to_owned()));
    }
    let key = PlacementKey { namespace: meta.namespace.as_str().into(), name: meta.name.as_str().into() };
    Ok(Asked { key, posted: Some((Box::new(posted.placement), posted.of)) })
}

impl Asked {
    /// The placement that is asked about, posted or recorded.
    ///
    /// # Errors
    /// 404: it is not recorded.
    pub fn placement(self, view: &View) -> Result<(Placement, Type), Refusal> {
        if let Some((placement, of)) = self.posted {
            return Ok((*placement, of));
        }
        let recorded = view.placement.clone().map(|placement| (placement, Type::default()));
        recorded.ok_or_else(|| (StatusCode::NOT_FOUND, format!("placement '{}' not found", self.key.name)))
    }
}

/// The refusal of somebody who may not.
pub(super) fn denied(verb: &str, namespace: &str, reason: &str) -> Refusal {
    let text = format!("user does not have permission to {verb} placements in namespace {namespace}: {reason}");
    (StatusCode::FORBIDDEN, text)
}

/// Decides it on a copy of the index. O(clusters).
///
/// # Errors
/// 400: a negative count (Q1). 500: a set with an invalid selector.
pub(super) fn schedule(mut index: Index, now: Time, placement: &Placement, of: Type) -> Result<Answer, Refusal> {
    let (mut fact, _) = api::facts::placement(placement);
    if let Err(negative) = &fact.want {
        return Err(bad(negative.to_string()));
    }
    // Upstream considers none of these here.
    fact.disabled = false;
    fact.deleting = false;
    fact.groups = GroupStrategy::default();
    let key = fact.key.clone();
    index.apply(Fact::Placement(Box::new(fact)));
    let snapshot = index.snapshot(now);
    let mut trail = Trail::default();
    let decision = snapshot.schedule(&key, &mut trail);
    if decision.outcome == Outcome::Untouched {
        let why: Vec<String> = decision.warnings.iter().map(ToString::to_string).collect();
        return Err((StatusCode::INTERNAL_SERVER_ERROR, why.join("; ")));
    }
    Ok(Answer::new(placement, of, &snapshot, &trail, &decision))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: Time = Time::from_unix_seconds(1_767_225_600);

    /// The inputs of §15's example.
    fn index() -> Index {
        let cluster = |name: &str, more: &str| {
            format!(
                r#"{{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster","metadata":{{"name":"{name}",
                "labels":{{"cluster.open-cluster-management.io/clusterset":"s"}}}}{more}}}"#
            )
        };
        let cpu = |free: u32| format!(r#","status":{{"capacity":{{"cpu":"8"}},"allocatable":{{"cpu":"{free}"}}}}"#);
        let taint = r#","spec":{"taints":[{"key":"k","value":"v","effect":"NoSelect"}]}"#;
        let group = "cluster.open-cluster-management.io";
        let objects = [
            cluster("c1", &cpu(2)),
            cluster("c2", &cpu(4)),
            cluster("c3", ""),
            cluster("c4", taint),
            format!(r#"{{"apiVersion":"{group}/v1beta2","kind":"ManagedClusterSet","metadata":{{"name":"s"}}}}"#),
            format!(
                r#"{{"apiVersion":"{group}/v1beta2","kind":"ManagedClusterSetBinding","metadata":{{"name":"s","namespace":"ns1"}},
                "spec":{{"clusterSet":"s"}}}}"#
            ),
            format!(
                r#"{{"apiVersion":"{group}/v1beta1","kind":"PlacementDecision","metadata":{{"name":"o-decision-1",
                "namespace":"ns1","labels":{{"{group}/placement":"o"}}}},"status":{{"decisions":[{{"clusterName":"c1","reason":""}}]}}}}"#
            ),
            format!(
                r#"{{"apiVersion":"{group}/v1alpha1","kind":"AddOnPlacementScore","metadata":{{"name":"demo","namespace":"c2"}},
                "status":{{"scores":[{{"name":"d","value":30}}]}}}}"#
            ),
        ];
        let data = objects.map(|object| object.replace('\n', " ") + "\n").concat().into_bytes();
        let input = api::read::InputFile { name: "hub.jsonl".to_owned(), data };
        let read = api::read::read([input], &api::read::Options::default());
        assert_eq!(read.notices, []);
        let mut index = Index::new(plugins::profiles());
        read.objects.iter().for_each(|object| index.apply(api::facts::fact(&object.kind).0));
        index
    }

    fn posted(spec: &str) -> Asked {
        let body = format!(
            r#"{{"metadata":{{"name":"p1","namespace":"ns1","labels":{{"l":"v"}},"uid":"u","resourceVersion":"7",
            "annotations":{{"cluster.open-cluster-management.io/experimental-scheduling-disable":"true"}},
            "deletionTimestamp":"2026-01-01T00:00:00Z"}},"spec":{spec}}}"#
        );
        asked_by_body(&body.into()).unwrap()
    }

    fn answer(spec: &str) -> Value {
        let (placement, of) = posted(spec).posted.unwrap();
        let mut value = serde_json::to_value(schedule(index(), NOW, &placement, of).unwrap()).unwrap();
        // The annotation is there to show that it changes nothing.
        value["placement"]["metadata"].as_object_mut().unwrap().remove("annotations");
        value
    }

    #[test]
    fn the_example_of_the_specification() {
        let answer = answer(
            r#"{"numberOfClusters":1,"prioritizerPolicy":{"configurations":[
            {"scoreCoordinate":{"type":"AddOn","addOn":{"resourceName":"demo","scoreName":"d"}},"weight":2},
            {"scoreCoordinate":{"type":"BuiltIn","builtIn":"ResourceAllocatableCPU"},"weight":1}]}}"#,
        );
        let want = json!({"placement":{"metadata":{"name":"p1","namespace":"ns1","labels":{"l":"v"}},
            "spec":{"numberOfClusters":1,"prioritizerPolicy":{"configurations":[
                {"scoreCoordinate":{"type":"AddOn","addOn":{"resourceName":"demo","scoreName":"d"}},"weight":2},
                {"scoreCoordinate":{"type":"BuiltIn","builtIn":"ResourceAllocatableCPU"},"weight":1}]},
                "spreadPolicy":{},"decisionStrategy":{"groupStrategy":{"clustersPerDecisionGroup":0}}},
            "status":{"numberOfSelectedClusters":0,"decisionGroups":null,"conditions":null}},
            "filteredPipelineResults":[
                {"name":"Predicate","filteredClusters":["c2","c3","c1","c4"]},
                {"name":"Predicate,TaintToleration","filteredClusters":["c2","c3","c1"]}],
            "prioritizeResults":[
                {"name":"Balance","weight":1,"scores":{"c1":-100,"c2":100,"c3":100}},
                {"name":"Steady","weight":1,"scores":{"c1":0,"c2":0,"c3":0}},
                {"name":"AddOn/demo/d","weight":2,"scores":{"c1":0,"c2":30,"c3":0}},
                {"name":"ResourceAllocatableCPU","weight":1,"scores":{"c1":-100,"c2":100}}],
            "aggregatedScores":[{"clusterName":"c2","score":260},{"clusterName":"c3","score":100},
                {"clusterName":"c1","score":-200}]});
        assert_eq!(answer, want);
    }

    #[test]
    fn nobody_left() {
        let nobody =
            answer(r#"{"predicates":[{"requiredClusterSelector":{"labelSelector":{"matchLabels":{"a":"b"}}}}]}"#);
        let want = json!([{"name":"Predicate","filteredClusters":[]}, {"name":"Predicate,TaintToleration","filteredClusters":[]}]);
        assert_eq!(nobody["filteredPipelineResults"], want);
        assert_eq!((&nobody["aggregatedScores"], &nobody["schedulingError"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn a_mistake_is_told_beside_the_stages_that_were_done() {
        let policy = r#""prioritizerPolicy":{"configurations":[{"scoreCoordinate":{"builtIn":"Steady"},"weight":1}]}"#;
        let got = answer(&format!("{{{policy}}}"));
        assert_eq!(got["schedulingError"], ":addOn should not be empty");
        let (mut placement, of) = posted(&format!("{{{policy}}}")).posted.unwrap();
        let profile = ("placewright.io/profile".into(), "upstream".into());
        placement.metadata.annotations.extend([profile]);
        let got = serde_json::to_value(schedule(index(), NOW, &placement, of).unwrap()).unwrap();
        let want = json!([{"name":"Predicate","filteredClusters":["c1","c2","c3","c4"]},
            {"name":"Predicate,TaintToleration","filteredClusters":["c1","c2","c3"]}]);
        assert_eq!(got["filteredPipelineResults"], want);
        assert_eq!(got["prioritizeResults"], Value::Null);
    }

    #[test]
    fn a_negative_count_is_refused() {
        let (placement, of) = posted(r#"{"numberOfClusters":-5}"#).posted.unwrap();
        let refusal = schedule(index(), NOW, &placement, of).unwrap_err();
        assert_eq!(refusal, (StatusCode::BAD_REQUEST, "numberOfClusters must not be negative: got -5".to_owned()));
    }

    #[track_caller]
    fn check<T>(got: Result<T, Refusal>, code: u16, text: &str) {
        let (got_code, got_text) = got.err().unwrap();
        assert_eq!((got_code.as_u16(), got_text.as_str()), (code, text));
    }

    #[test]
    fn paths() {
        let key = asked_by_path("ns1/p1").unwrap().key;
        assert_eq!(key.to_string(), "ns1/p1");
        check(asked_by_path("p1"), 400, "invalid debug path: namespace and name required");
        check(asked_by_path("/p1"), 400, "invalid debug path: namespace and name required");
        check(asked_by_path("a/b/c"), 400, "unexpected key format: \"a/b/c\"");
        check(verb(&Method::PUT), 405, "method PUT not allowed");
    }

    #[test]
    fn bodies() {
        let too_large = "request body too large: 1048577 bytes exceeds maximum of 1048576 bytes";
        check(check_length(Some(BODY_MAX + 1)), 400, too_large);
        assert_eq!((check_length(Some(BODY_MAX)), check_length(None)), (Ok(()), Ok(())));
        let wrong = asked_by_body(&"[".into()).unwrap_err();
        assert!(wrong.1.starts_with("failed to unmarshal placement JSON: "), "{wrong:?}");
        check(
            asked_by_body(&r#"{"metadata":{"name":"p"}}"#.into()),
            400,
            "invalid placement: metadata.namespace is required",
        );
        let typed = r#"{"apiVersion":"a/v1","kind":"K","metadata":{"name":"p","namespace":"ns1"},"unknown":1}"#;
        let (placement, of) = asked_by_body(&typed.into()).unwrap().posted.unwrap();
        let answer = serde_json::to_value(schedule(index(), NOW, &placement, of).unwrap()).unwrap();
        assert_eq!((&answer["placement"]["apiVersion"], &answer["placement"]["kind"]), (&json!("a/v1"), &json!("K")));
    }
}
