//! A controller that is asked to end while something hangs, on simulated time.

use std::sync::Arc;
use std::time::Duration;

use controller::hub::{Candidate, Clock, Controller, Ended, Mode, Settings, Timings};
use controller::metrics::Metrics;
use hub::double::{Answer, Double, Fault, Key, Resource, Rule, Verb, When};
use kube_text::Time;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

const NAMESPACE: &str = "placewright";

#[derive(Debug)]
struct Simulated(Double);

impl Clock for Simulated {
    fn now(&self) -> Time {
        Time::from_unix_nanos(self.0.now())
    }
}

/// A hub with a placement that is not decided yet.
fn undecided() -> Double {
    let double = Double::new(1);
    let object = |version: &str, kind: &str, name: &str, rest: Value| {
        let mut object = json!({
            "apiVersion": format!("cluster.open-cluster-management.io/{version}"), "kind": kind,
            "metadata": { "name": name },
        });
        hub::double::merge(&mut object, &rest);
        double.put("user", &object).unwrap();
    };
    let set = json!({ "labels": { "cluster.open-cluster-management.io/clusterset": "set" } });
    object("v1", "ManagedCluster", "a", json!({ "metadata": set }));
    object("v1beta2", "ManagedClusterSet", "set", json!({ "spec": {} }));
    let apps = json!({ "namespace": "apps" });
    let binding = json!({ "metadata": apps, "spec": { "clusterSet": "set" } });
    object("v1beta2", "ManagedClusterSetBinding", "set", binding);
    object("v1beta1", "Placement", "p", json!({ "metadata": apps, "spec": {} }));
    double
}

/// Runs a controller until it has asked for its first write of a decision and `rules` hold from then on, then stops it:
/// how long it takes to end.
async fn stopped(double: &Double, rules: impl IntoIterator<Item = Rule>) -> Duration {
    let settings = Settings {
        namespace: NAMESPACE.to_owned(),
        hostname: "here".to_owned(),
        profiles: plugins::profiles(),
        mode: Mode::Control,
        candidate: Some(Candidate {
            lease: "placement-lock".to_owned(),
            identity: "here_1".to_owned(),
            timings: Timings::default(),
        }),
        rate: None,
    };
    double.expect([Rule { when: When::decision(0), fault: Fault::Answer(Answer::Late(Duration::from_secs(3600))) }]);
    let clock = Arc::new(Simulated(double.clone()));
    let (controller, _handle) = Controller::new(double.client("here"), settings, Arc::new(Metrics::new()), clock);
    let stop = CancellationToken::new();
    let running = tokio::spawn(controller.run(stop.clone()));
    let slice = Key::new(Resource::PlacementDecisions, "apps", "p-decision-1");
    while double.get(&slice).is_none() {
        sleep(Duration::from_millis(10)).await;
    }
    double.expect(rules);
    let asked = Instant::now();
    stop.cancel();
    assert_eq!(running.await.unwrap().unwrap(), Ended::Stopped);
    asked.elapsed()
}

fn holder(double: &Double) -> Value {
    double.get(&Key::new(Resource::Leases, NAMESPACE, "placement-lock")).unwrap()["spec"]["holderIdentity"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_write_that_hangs_is_waited_for_and_then_the_lease_given_back() {
    let double = undecided();
    let took = stopped(&double, []).await;
    // §17.2: ten seconds for what is under way.
    assert!((10..11).contains(&took.as_secs()), "{took:?}");
    assert_eq!(holder(&double), "");
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_cannot_be_given_back_keeps_nobody() {
    let double = undecided();
    let when = When { verbs: vec![Verb::Update], resources: vec![Resource::Leases], ..When::default() };
    let fault = Fault::Answer(Answer::Slow(Duration::from_secs(3600)));
    let took = stopped(&double, [Rule { when, fault }]).await;
    // Before a kubelet loses patience, which is after 30 seconds.
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(holder(&double), "here_1");
}
