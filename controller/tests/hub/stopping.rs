//! A controller that is asked to end while something hangs, on simulated time.

use std::time::Duration;

use controller::hub::Ended;
use hub::double::{Answer, Double, Fault, Key, Resource, Rule, Verb, When};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::simulated::{NAMESPACE, slice, start, undecided};

/// Runs a controller until it has asked for its first write of a decision and `rules` hold from then on, then stops it:
/// how long it takes to end.
async fn stopped(double: &Double, rules: impl IntoIterator<Item = Rule>) -> Duration {
    double.expect([Rule { when: When::decision(0), fault: Fault::Answer(Answer::Late(Duration::from_secs(3600))) }]);
    let stop = CancellationToken::new();
    let running = start(double, &stop);
    while double.get(&slice()).is_none() {
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
