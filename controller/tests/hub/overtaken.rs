//! Somebody who changes what is ours again while the answer to our write is under way, on simulated time.

use std::time::Duration;

use controller::hub::Ended;
use hub::double::{Act, Answer, Double, Fault, Key, Moment, Resource, Rule, When};
use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::simulated::{slice, start, undecided};

const LATE: Duration = Duration::from_secs(3);

/// Puts a mistake where the controller has put it right, before it knows that it did. `is_right`: whether it is.
async fn again(key: &Key, patch: &Value, is_right: impl Fn(&Value) -> bool) {
    let double = undecided();
    let stop = CancellationToken::new();
    let running = start(&double, &stop);
    let right = async |double: &Double| {
        while !double.get(key).is_some_and(|object| is_right(&object)) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    right(&double).await;
    sleep(Duration::from_secs(60)).await;
    // Without news of our own write the second mistake looks like the first, which is known.
    let faults = [Fault::Act(Moment::After, Act::LoseEvent), Fault::Answer(Answer::Late(LATE))];
    double.expect(faults.map(|fault| Rule { when: When::decision(0), fault }));
    double.put("rival", patch).unwrap();
    right(&double).await;
    double.put("rival", patch).unwrap();
    // The watch tells of it before the answer comes.
    sleep(LATE + Duration::from_secs(60)).await;
    assert!(is_right(&double.get(key).unwrap()), "{}", double.get(key).unwrap());
    stop.cancel();
    assert_eq!(running.await.unwrap().unwrap(), Ended::Stopped);
}

fn object(kind: &str, name: &str, rest: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta1", "kind": kind,
        "metadata": { "name": name, "namespace": "apps" },
    });
    hub::double::merge(&mut object, rest);
    object
}

#[tokio::test(start_paused = true)]
async fn a_label_of_a_slice() {
    const INDEX: &str = "cluster.open-cluster-management.io/decision-group-index";
    let rest = json!({ "metadata": { "labels": { INDEX: "7" } } });
    let patch = object("PlacementDecision", "p-decision-1", &rest);
    again(&slice(), &patch, |slice| slice["metadata"]["labels"][INDEX] == "0").await;
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_placement() {
    let patch = object("Placement", "p", &json!({ "status": { "numberOfSelectedClusters": 7 } }));
    let key = Key::new(Resource::Placements, "apps", "p");
    again(&key, &patch, |placement| placement["status"]["numberOfSelectedClusters"] == 1).await;
}
