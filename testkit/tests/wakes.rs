//! Wake precision on a simulated hub of placements that do not share selectors.

use std::collections::BTreeMap;

use fleet::{Fleet, Mix};
use testkit::churn::{self, Woken};
use testkit::generate::NOW;
use testkit::simulated;

const FLEET: Fleet = Fleet { clusters: 1_000, placements: 60, seed: 3 };
const CHANGES: usize = 300;

#[test]
fn nobody_is_missed_and_few_wake_in_vain() {
    let facts = simulated::facts(&simulated::objects(&simulated::lines(FLEET, Mix::Varied, false)));
    let mut sorts: BTreeMap<String, Woken> = churn::woken(&facts, "upstream", NOW, CHANGES, 5);
    let all = churn::overall(sorts.values());
    assert_eq!(all.missed, 0, "{sorts:?}");
    assert!(all.precision().is_some_and(|ratio| ratio <= 1.5), "{:?} of {sorts:?}", all.precision());
    assert_eq!(sorts.remove("heartbeat"), Some(Woken { changes: 60, ..Woken::default() }));
    // A sort that changes no answer shows nothing.
    let shown: Vec<&str> = sorts.iter().filter(|(_, woken)| woken.changed > 0).map(|(sort, _)| sort.as_str()).collect();
    assert_eq!(shown, ["claim", "label", "resources", "score", "taints"]);
}
