//! Faults: each befalls its request, does what it says, and ends.

use super::*;

/// A rule for the next request of this verb.
fn next(verb: Verb, fault: Fault) -> [Rule; 1] {
    [Rule { when: When { verbs: vec![verb], ..When::default() }, fault }]
}

fn before(act: Act) -> Fault {
    Fault::Act(Moment::Before, act)
}

fn after(act: Act) -> Fault {
    Fault::Act(Moment::After, act)
}

async fn watch(double: &Double, path: &str) -> Lines {
    let from = double.look(Store::revision);
    Caller::of(double).watch(&format!("{path}?watch=true&resourceVersion={from}")).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_no_do_nothing() {
    let double = fleet(&[]);
    let caller = Caller::of(&double);
    let cases =
        [(Answer::TooMany(7), 429), (Answer::Conflict, 409), (Answer::Internal, 500), (Answer::Unavailable, 503)];
    for (answer, code) in cases {
        double.expect(next(Verb::Create, Fault::Answer(answer)));
        let response = caller.send(Method::POST, SLICES, "", slice("s")).await.unwrap();
        assert_eq!(response.status().as_u16(), code);
        assert_eq!(response.headers().get("retry-after").is_some(), code == 429);
    }
    assert_eq!(double.look(Store::revision), FIRST);
    assert_eq!(caller.post(SLICES, slice("s")).await.0, 201, "each befalls one request");
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_not_a_lost_request() {
    let double = fleet(&[]);
    let caller = Caller::of(&double);
    double.expect(next(Verb::Create, Fault::Answer(Answer::LostRequest)));
    assert_eq!(caller.ask(Method::POST, SLICES, slice("s")).await, None);
    assert_eq!(double.look(Store::revision), FIRST);
    double.expect(next(Verb::Create, Fault::Answer(Answer::LostResponse)));
    assert_eq!(caller.ask(Method::POST, SLICES, slice("s")).await, None);
    assert_eq!(double.look(Store::revision), FIRST + 1);
    let last = double.exchanges().pop().unwrap();
    assert_eq!((last.outcome, last.made), (Some(Outcome::Broken), Some(FIRST + 1)));
}

#[tokio::test(start_paused = true)]
async fn slow_is_before_and_late_is_after() {
    let double = fleet(&[]);
    for (name, answer, made) in
        [("slow", Answer::Slow(Duration::from_secs(30)), false), ("late", Answer::Late(Duration::from_secs(30)), true)]
    {
        double.expect(next(Verb::Create, Fault::Answer(answer)));
        let caller = Caller::of(&double);
        let asked = tokio::spawn(async move { caller.post(SLICES, slice(name)).await });
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(double.get(&Key::new(Resource::PlacementDecisions, "ns", name)).is_some(), made);
        assert_eq!(asked.await.unwrap().0, 201);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_waits_for_its_request() {
    let double = fleet(&[]);
    let caller = Caller::of(&double);
    let when =
        When { name: Some("b".to_owned()), resources: vec![Resource::PlacementDecisions], skip: 1, ..When::default() };
    double.expect([Rule { when, fault: Fault::Answer(Answer::Internal) }]);
    let path = |name: &str| format!("{SLICES}/{name}");
    let mut codes = Vec::new();
    for name in ["a", "b", "a", "b", "b"] {
        codes.push(caller.get(&path(name)).await.0);
    }
    assert_eq!(codes, [404, 404, 404, 500, 404]);
}

#[tokio::test(start_paused = true)]
async fn a_cut_watch_ends_between_lines_within_one_or_with_an_error() {
    for (cut, left, events) in [(Cut::Clean, false, 0), (Cut::MidLine, true, 0), (Cut::Expired, false, 1)] {
        let double = fleet(&["a"]);
        let mut lines = watch(&double, CLUSTERS).await;
        double.expect(next(Verb::Create, after(Act::Cut(cut))));
        Caller::of(&double).post(SLICES, slice("s")).await;
        let mut seen = 0;
        while lines.next().await.is_some() {
            seen += 1;
        }
        assert_eq!((!lines.text.is_empty(), seen), (left, events), "{cut:?}");
        assert_eq!(double.open_watches(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn events_are_lost_doubled_and_delayed() {
    let cases = [
        (Act::LoseEvent, vec!["ADDED t"]),
        (Act::DoubleEvent, vec!["ADDED s", "ADDED s", "ADDED t"]),
        (Act::DelayEvent, vec!["ADDED t", "ADDED s"]),
    ];
    for (act, want) in cases {
        let double = fleet(&[]);
        let mut lines = watch(&double, SLICES).await;
        double.expect(next(Verb::Create, after(act)));
        let caller = Caller::of(&double);
        caller.post(SLICES, slice("s")).await;
        caller.post(SLICES, slice("t")).await;
        assert_eq!(lines.all().await, want);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delayed_event_comes_even_if_none_follows() {
    let double = fleet(&[]);
    let mut lines = watch(&double, SLICES).await;
    double.expect(next(Verb::Create, after(Act::DelayEvent)));
    Caller::of(&double).post(SLICES, slice("s")).await;
    assert_eq!(lines.all().await, ["ADDED s"]);
}

#[tokio::test(start_paused = true)]
async fn lists_take_their_time_or_break_after_a_page() {
    let double = fleet(&["a", "b", "c"]);
    let caller = Caller::of(&double);
    double.expect(next(Verb::Get, before(Act::SlowLists(Duration::from_secs(40), Duration::from_secs(60)))));
    caller.get(&format!("{SLICES}/s")).await;
    let began = tokio::time::Instant::now();
    caller.get(CLUSTERS).await;
    assert_eq!(began.elapsed().as_secs(), 40);
    tokio::time::sleep(Duration::from_secs(60)).await;
    double.expect(next(Verb::Get, before(Act::CutList(1))));
    caller.get(&format!("{SLICES}/s")).await;
    assert_eq!(caller.get(CLUSTERS).await.0, 200, "a list without pages is not cut");
    double.set_page_max(1);
    let (_, first) = caller.get(&format!("{CLUSTERS}?limit=500")).await;
    let second = format!("{CLUSTERS}?limit=500&continue={}", metadata(&first, "continue"));
    assert_eq!(caller.ask(Method::GET, &second, Value::Null).await, None);
    assert_eq!(caller.get(&second).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_streamed_list_breaks_before_its_end() {
    let double = fleet(&["a", "b", "c", "d"]);
    double.expect(next(Verb::Get, before(Act::CutList(3))));
    let caller = Caller::of(&double);
    caller.get(&format!("{SLICES}/s")).await;
    let options = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut lines = caller.watch(&format!("{CLUSTERS}?{options}")).await.unwrap();
    assert_eq!(lines.all().await, ["ADDED a", "ADDED b", "ADDED c"]);
    let mut whole = caller.watch(&format!("{CLUSTERS}?{options}")).await.unwrap();
    assert_eq!(whole.all().await.len(), 5, "the next one is whole, with its bookmark");
}

#[tokio::test(start_paused = true)]
async fn who_is_behind_catches_up() {
    let double = fleet(&["a", "b"]);
    let caller = Caller::of(&double);
    double.expect(next(Verb::Get, before(Act::FallBehind(1, Duration::from_secs(60)))));
    caller.get(&format!("{CLUSTERS}/a")).await;
    let (_, list) = caller.get(CLUSTERS).await;
    assert_eq!((version(&list), list["items"].as_array().unwrap().len()), (FIRST + 1, 1));
    assert_eq!(caller.get(&format!("{CLUSTERS}?resourceVersion={}", FIRST + 2)).await.0, 504);
    let mut lines = caller.watch(&format!("{CLUSTERS}?watch=true&resourceVersion={}", FIRST + 1)).await.unwrap();
    assert_eq!(lines.all().await, Vec::<String>::new());
    let began = tokio::time::Instant::now();
    assert_eq!(metadata(&lines.next().await.unwrap()["object"], "name"), "b");
    assert!(began.elapsed() > Duration::from_secs(40));
    assert_eq!(version(&caller.get(CLUSTERS).await.1), FIRST + 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_through_to_a_server_that_is_down() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    let mut lines = watch(&double, CLUSTERS).await;
    double.expect(next(Verb::Get, after(Act::Down(Duration::from_secs(600)))));
    caller.get(&format!("{CLUSTERS}/a")).await;
    assert_eq!(lines.next().await, None);
    tokio::time::sleep(Duration::from_secs(590)).await;
    assert_eq!(caller.ask(Method::GET, CLUSTERS, Value::Null).await, None);
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(caller.get(CLUSTERS).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_one_step_of_time_at_whose_end_the_lease_is_somebody_elses() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "l", "namespace": "ns" },
        "spec": { "holderIdentity": "me", "leaseTransitions": 3 },
    });
    double.put("me", &lease).unwrap();
    double.expect(next(Verb::Get, before(Act::Pause(Duration::from_secs(200)))));
    let began = tokio::time::Instant::now();
    caller.get(&format!("{CLUSTERS}/a")).await;
    assert_eq!(began.elapsed().as_secs(), 200);
    let lease = double.get(&Key::new(Resource::Leases, "ns", "l")).unwrap();
    assert_eq!((&lease["spec"]["holderIdentity"], &lease["spec"]["leaseTransitions"]), (&json!("rival"), &json!(3)));
    assert_eq!(lease["spec"]["renewTime"], "2026-01-01T00:03:20.000000Z");
}

#[tokio::test(start_paused = true)]
async fn the_wall_clock_jumps_and_tokios_does_not() {
    let double = fleet(&["a"]);
    double.expect(next(Verb::Get, before(Act::Jump(-3600))));
    let before = double.now();
    Caller::of(&double).get(&format!("{CLUSTERS}/a")).await;
    let passed = double.now() - before;
    assert!((-3_600_000_000_000..-3_599_000_000_000).contains(&passed), "{passed}");
}

#[tokio::test(start_paused = true)]
async fn the_dead_get_no_answer_and_change_nothing() {
    let double = fleet(&["a"]);
    let mut killed = double.killed();
    double.expect(next(Verb::Create, before(Act::Kill)));
    let caller = Caller::of(&double);
    let asked = tokio::spawn(async move { caller.post(SLICES, slice("s")).await });
    killed.changed().await.unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(!asked.is_finished());
    assert_eq!(double.look(Store::revision), FIRST + 1);
    let other = double.client("other");
    let request = Request::get(CLUSTERS).body(Body::empty()).unwrap();
    assert_eq!(other.send(request).await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_rival_edits_what_a_request_is_about() {
    let index = "cluster.open-cluster-management.io/decision-group-index";
    let cases = [
        (Edit::Status, json!({ "status": { "decisions": [{ "clusterName": "stranger", "reason": "" }] } })),
        (Edit::Decisions, json!({ "status": { "decisions": [] } })),
        (Edit::Labels, json!({ "metadata": { "labels": { "rival": "was-here" } } })),
        (Edit::GroupIndex, json!({ "metadata": { "labels": { "a": "b", index: "7" } } })),
    ];
    for (edit, want) in cases {
        let double = fleet(&[]);
        let mut start = slice("s");
        start["status"] = json!({ "decisions": [{ "clusterName": "c", "reason": "" }] });
        let mut want_all = (*double.put("me", &start).unwrap()).clone();
        double.expect(next(Verb::Get, before(Act::Edit(edit))));
        let (_, got) = Caller::of(&double).get(&format!("{SLICES}/s")).await;
        if edit == Edit::Labels {
            want_all["metadata"]["labels"] = json!({});
        }
        merge(&mut want_all, &want);
        want_all["metadata"]["resourceVersion"] = got["metadata"]["resourceVersion"].clone();
        assert_eq!(got, want_all, "{edit:?}");
    }
    let double = fleet(&["c"]);
    double.expect(next(Verb::Get, before(Act::Edit(Edit::Delete))));
    assert_eq!(Caller::of(&double).get(&format!("{CLUSTERS}/c")).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn what_is_healed_works() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    double.expect(next(Verb::Create, Fault::Answer(Answer::Internal)));
    double.expect(next(Verb::Get, after(Act::Down(Duration::from_secs(600)))));
    caller.get(&format!("{CLUSTERS}/a")).await;
    double.heal();
    assert_eq!(caller.post(SLICES, slice("s")).await.0, 201);
}

#[tokio::test(start_paused = true)]
async fn equal_seeds_take_equal_times() {
    async fn times(seed: u64) -> Vec<Duration> {
        let double = Double::new(seed);
        for name in ["a", "b", "c"] {
            Caller::of(&double).post(SLICES, slice(name)).await;
        }
        double.exchanges().iter().map(|exchange| exchange.at).collect()
    }
    assert_eq!(times(7).await, times(7).await);
    assert_ne!(times(7).await, times(8).await);
}
