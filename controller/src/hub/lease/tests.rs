//! Two candidates on one hub, on simulated time.

use ::hub::double::{Act, Answer, Double, Fault, Key, Moment, Resource, Rule, Verb, When};
use kube_text::Time;
use serde_json::{Value, json};
use tokio::time::advance;

use super::*;

const NAMESPACE: &str = "open-cluster-management-hub";
const LEASE: &str = "placement-lock";

#[derive(Debug)]
struct Now(Double);

impl Clock for Now {
    fn now(&self) -> Time {
        Time::from_unix_nanos(self.0.now())
    }
}

/// A candidate and what it may write.
fn candidate(double: &Double, identity: &str) -> (Election, Fence) {
    let fence = Fence::closed();
    let calls = Calls::new(double.client(identity), fence.clone(), None);
    let candidate = Candidate { lease: LEASE.to_owned(), identity: identity.to_owned(), timings: Timings::default() };
    let clock = Arc::new(Now(double.clone()));
    (Election::new(calls, fence.clone(), clock, NAMESPACE.to_owned(), candidate), fence)
}

fn spec(double: &Double) -> Value {
    double.get(&Key::new(Resource::Leases, NAMESPACE, LEASE)).unwrap()["spec"].clone()
}

/// How long it took.
async fn took(what: impl Future<Output = ()>) -> f64 {
    let start = Instant::now();
    what.await;
    start.elapsed().as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn a_free_lease_is_taken_at_once() {
    let double = Double::new(1);
    let (mut one, fence) = candidate(&double, "one");
    assert!(!fence.is_held());
    assert!(took(one.acquire()).await < 1.0);
    assert!(fence.is_held());
    let spec = spec(&double);
    assert_eq!(spec["holderIdentity"], "one");
    assert_eq!((&spec["leaseDurationSeconds"], &spec["leaseTransitions"]), (&json!(137), &json!(0)));
    let time = spec["renewTime"].as_str().unwrap();
    assert_eq!(time.len(), "2026-01-01T00:00:00.000000Z".len(), "{time}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_holder_is_waited_for_and_no_longer() {
    let double = Double::new(2);
    let (mut one, held) = candidate(&double, "one");
    let (mut two, _) = candidate(&double, "two");
    one.acquire().await;
    let waited = took(two.acquire()).await;
    assert!((137.0..138.0).contains(&waited), "{waited}");
    assert!(!held.is_held(), "whoever is silent stopped writing long before");
    let spec = spec(&double);
    assert_eq!((&spec["holderIdentity"], &spec["leaseTransitions"]), (&json!("two"), &json!(1)));
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_renews_is_never_followed() {
    let double = Double::new(3);
    let (mut one, held) = candidate(&double, "one");
    let (mut two, _) = candidate(&double, "two");
    one.acquire().await;
    let acquired = spec(&double)["acquireTime"].clone();
    tokio::select! {
        biased;
        () = one.keep() => panic!("it gave up"),
        () = two.acquire() => panic!("it was followed"),
        () = sleep(Duration::from_secs(3600)) => {}
    }
    assert!(held.is_held());
    assert_eq!(spec(&double)["acquireTime"], acquired);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_back_is_taken_soon() {
    let double = Double::new(4);
    let (mut one, held) = candidate(&double, "one");
    let (mut two, _) = candidate(&double, "two");
    one.acquire().await;
    let give_back = async {
        sleep(Duration::from_secs(60)).await;
        one.release().await;
        assert!(!held.is_held());
    };
    let ((), waited) = tokio::join!(give_back, took(two.acquire()));
    assert!((60.0..66.0).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_whose_answer_was_not_waited_for_keeps_nothing_back() {
    let double = Double::new(8);
    let (mut one, held) = candidate(&double, "one");
    one.acquire().await;
    let when = When { verbs: vec![Verb::Update], ..When::default() };
    double.expect([Rule { when, fault: Fault::Answer(Answer::Late(Duration::from_secs(9))) }]);
    let before = spec(&double)["renewTime"].clone();
    let ended = timeout(Timings::default().retry + Duration::from_secs(1), one.keep()).await;
    assert!(ended.is_err(), "the renewal was answered");
    assert_ne!(spec(&double)["renewTime"], before, "the renewal was not stored");
    one.release().await;
    assert!(!held.is_held());
    assert_eq!(spec(&double)["holderIdentity"], "");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_arrives_while_it_is_given_back_keeps_nothing_back() {
    let double = Double::new(9);
    let (mut one, _) = candidate(&double, "one");
    one.acquire().await;
    let when = When { verbs: vec![Verb::Update], ..When::default() };
    double.expect([Rule { when, fault: Fault::Answer(Answer::Conflict) }]);
    one.release().await;
    assert_eq!(spec(&double)["holderIdentity"], "");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_gone_ends_it_before_others_may_begin() {
    let double = Double::new(5);
    let (mut one, held) = candidate(&double, "one");
    one.acquire().await;
    let when = When { verbs: vec![Verb::Update], ..When::default() };
    let gone = Fault::Act(Moment::Before, Act::Down(Duration::from_secs(600)));
    double.expect([Rule { when, fault: gone }]);
    let kept = took(one.keep()).await;
    assert!((107.0..137.0).contains(&kept), "{kept}");
    assert!(!held.is_held());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_somebody_took_is_let_go() {
    let double = Double::new(6);
    let (mut one, held) = candidate(&double, "one");
    one.acquire().await;
    let when = When { verbs: vec![Verb::Update], ..When::default() };
    double.expect([Rule { when, fault: Fault::Act(Moment::Before, Act::StealLease) }]);
    let kept = took(one.keep()).await;
    assert!(kept < 30.0, "{kept}");
    assert!(!held.is_held());
    assert_eq!(spec(&double)["holderIdentity"], "rival");
    // Giving back what is not ours must not take it from whoever has it.
    one.release().await;
    assert_eq!(spec(&double)["holderIdentity"], "rival");
}

#[tokio::test(start_paused = true)]
async fn whoever_slept_through_its_lease_writes_nothing() {
    let double = Double::new(7);
    let (mut one, held) = candidate(&double, "one");
    one.acquire().await;
    advance(Duration::from_secs(200)).await;
    assert!(!held.is_held());
}
