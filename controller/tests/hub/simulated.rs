//! A hub and a controller on simulated time.

use std::sync::Arc;

use controller::hub::{Candidate, Clock, Controller, Ended, Files, Mode, Settings, Timings};
use controller::metrics::Metrics;
use controller::preflight;
use hub::double::{Double, Key, Resource};
use kube_text::Time;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Where the lease is.
pub const NAMESPACE: &str = "placewright";

#[derive(Debug)]
struct Simulated(Double);

impl Clock for Simulated {
    fn now(&self) -> Time {
        Time::from_unix_nanos(self.0.now())
    }
}

/// A hub with a placement that is not decided yet.
pub fn undecided() -> Double {
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

/// The slice of that placement.
pub fn slice() -> Key {
    Key::new(Resource::PlacementDecisions, "apps", "p-decision-1")
}

/// A controller that runs until it is stopped.
pub fn start(double: &Double, stop: &CancellationToken) -> JoinHandle<anyhow::Result<Ended>> {
    let settings = Settings {
        namespace: NAMESPACE.to_owned(),
        hostname: "here".to_owned(),
        profiles: plugins::profiles(),
        files: Files::default(),
        budget: preflight::BUDGET,
        mode: Mode::Control,
        candidate: Some(Candidate {
            lease: "placement-lock".to_owned(),
            identity: "here_1".to_owned(),
            timings: Timings::default(),
        }),
        rate: None,
    };
    let clock = Arc::new(Simulated(double.clone()));
    let (controller, _) = Controller::new(double.client("here"), settings, Arc::new(Metrics::new()), clock);
    tokio::spawn(controller.run(stop.clone()))
}
