//! What goes first, what is replaced, what waits.

use scheduler_core::{Entries, Outcome};

use super::*;

fn key(name: &str) -> PlacementKey {
    PlacementKey { namespace: "ns".into(), name: name.into() }
}

/// A decision that can be told apart by how many it selected.
fn decision(name: &str, selected: u32) -> Decision {
    Decision {
        placement: key(name),
        outcome: Outcome::Placed { groups: Vec::new(), selected, shortfall: None },
        conditions: Vec::new(),
        warnings: Vec::new(),
        rejected: Vec::new(),
        scored: Entries::default(),
        remember: Vec::new(),
        requeue_at: None,
    }
}

/// Whose decision comes next, and which.
fn next(queue: &mut Queue, now: Instant) -> Option<(String, u32)> {
    queue.next(now).map(|decision| match decision.outcome {
        Outcome::Placed { selected, .. } => (decision.placement.name.to_string(), selected),
        _ => unreachable!("none of the test's"),
    })
}

fn some(name: &str, selected: u32) -> Option<(String, u32)> {
    Some((name.to_owned(), selected))
}

#[test]
fn whom_a_user_waits_for_goes_first_and_the_latest_counts() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    queue.put(decision("a", 1), false);
    queue.put(decision("b", 1), false);
    queue.put(decision("c", 1), false);
    queue.put(decision("b", 2), true);
    queue.put(decision("b", 3), false);
    assert_eq!(next(&mut queue, now), some("b", 3));
    assert_eq!(next(&mut queue, now), some("a", 1));
    assert_eq!(next(&mut queue, now), some("c", 1));
    assert_eq!(next(&mut queue, now), None);
    assert_eq!(queue.depth(), 3, "they are being written");
}

#[test]
fn one_writer_a_placement() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    queue.put(decision("a", 1), false);
    assert_eq!(next(&mut queue, now), some("a", 1));
    queue.put(decision("a", 2), false);
    assert_eq!(next(&mut queue, now), None);
    queue.done(&key("a"), true);
    assert_eq!(next(&mut queue, now), some("a", 2));
    queue.done(&key("a"), true);
    assert_eq!((next(&mut queue, now), queue.depth()), (None, 0));
}

#[test]
fn no_more_than_so_many_writers() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    (0..100).for_each(|n| queue.put(decision(&format!("p{n:02}"), 1), false));
    let started = std::iter::from_fn(|| next(&mut queue, now)).count();
    assert_eq!(started, WRITERS);
    queue.done(&key("p00"), true);
    assert_eq!(next(&mut queue, now), some("p32", 1));
}

#[test]
fn what_failed_comes_again_later_each_time() {
    let (mut queue, mut now) = (Queue::new(Arc::default()), Instant::now());
    let mut waits = Vec::new();
    for _ in 0..8 {
        queue.put(decision("a", 1), false);
        assert!(next(&mut queue, now).is_some());
        queue.put(decision("a", 2), false);
        queue.failed(&key("a"), now);
        queue.put(decision("a", 3), false);
        assert_eq!(next(&mut queue, now), None, "decided again, it waits all the same");
        let due = queue.next_due().unwrap();
        assert!(queue.due(due - Duration::from_millis(1)).is_empty());
        assert_eq!(queue.due(due), [key("a")]);
        assert_eq!(next(&mut queue, due), some("a", 3), "what was decided before the failure is dropped");
        queue.failed(&key("a"), due);
        let due = queue.next_due().unwrap();
        assert_eq!((queue.due(due), next(&mut queue, due)), (vec![key("a")], None), "to be decided first");
        waits.push(due - now);
        now = due;
    }
    // Two failures a round.
    assert_eq!(waits[0], Duration::from_millis(5 + 10));
    assert!(waits.is_sorted());
    assert_eq!(waits[7], RETRY_MAX * 2);
}

#[test]
fn whoever_mends_a_placement_does_not_wait() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    queue.put(decision("a", 1), true);
    assert!(next(&mut queue, now).is_some());
    queue.failed(&key("a"), now);
    queue.put(decision("a", 2), true);
    assert_eq!(next(&mut queue, now), some("a", 2));
    assert!(queue.due(now + RETRY_MAX).is_empty());
}

#[test]
fn nothing_is_written_while_the_server_asks_to_wait() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    queue.put(decision("a", 1), false);
    queue.pause(now, Some(Duration::from_secs(7)));
    assert_eq!(next(&mut queue, now + Duration::from_secs(6)), None);
    assert_eq!(queue.next_due(), Some(now + Duration::from_secs(7)));
    assert_eq!(next(&mut queue, now + Duration::from_secs(7)), some("a", 1));
}

#[test]
fn what_is_gone_is_forgotten() {
    let (mut queue, now) = (Queue::new(Arc::default()), Instant::now());
    queue.put(decision("a", 1), false);
    queue.put(decision("b", 1), true);
    queue.forget(&key("a"));
    queue.forget(&key("b"));
    assert_eq!((next(&mut queue, now), queue.depth(), queue.next_due()), (None, 0, None));
}
