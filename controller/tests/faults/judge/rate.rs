//! How much is asked of the server: nobody asks in a tight loop, whatever the answer is, and an outage that is over is not
//! followed by another one of our making.

use std::time::Duration;

use hub::double::{Exchange, Outcome, Verb};

use crate::run::CLIENT;

/// In how long requests are counted.
const WITHIN: Duration = Duration::from_secs(10);
/// The most lists and watches that all of a controller's watches begin.
const BEGUN_MAX: usize = 150;
/// The most failed requests of all watches, writers and the election.
const FAILED_MAX: usize = 150;

/// How many requests there may be within 10 s where without faults there are never more than `calm`.
pub fn bounded(record: &[Exchange], calm: usize) -> Vec<String> {
    let is_failed = |e: &&Exchange| matches!(e.outcome, Some(Outcome::Broken | Outcome::Answer(429 | 500..)));
    let begins = |e: &&Exchange| matches!(e.verb, Verb::List | Verb::Watch);
    let counts = [
        ("failed", most(ours(record).filter(is_failed)), FAILED_MAX),
        ("were lists and watches", most(ours(record).filter(begins)), BEGUN_MAX),
        ("were made", busiest(record), calm + FAILED_MAX),
    ];
    let over = counts.into_iter().filter(|(_, number, max)| number > max);
    over.map(|(what, number, max)| format!("{number} requests {what} within 10 s, more than {max}")).collect()
}

/// The most requests within 10 s.
pub fn busiest(record: &[Exchange]) -> usize {
    most(ours(record))
}

/// What our clients ask for. The pages of a list that follow its first one count as one request with it: how many there
/// are is the server's choice.
fn ours(record: &[Exchange]) -> impl Iterator<Item = &Exchange> {
    record.iter().filter(|exchange| exchange.client.starts_with(CLIENT) && !exchange.query.contains_key("continue"))
}

/// The most of these requests at any time.
fn most<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> usize {
    let times: Vec<Duration> = exchanges.map(|exchange| exchange.at).collect();
    let within = |from: &Duration| times.partition_point(|at| *at < *from + WITHIN);
    times.iter().enumerate().map(|(i, from)| within(from) - i).max().unwrap_or(0)
}
