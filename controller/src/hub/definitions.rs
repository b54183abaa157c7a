//! What the hub's own definitions of the kinds have no place for, looked up once when a controller starts.

use std::time::Duration;

use api::bind::Pruned;
use api::kinds::{Placement, Resource};
use tokio::time::sleep;
use tracing::{debug, info, warn};

use super::backoff::Backoff;
use super::calls::{Calls, Failure};

/// The longest wait between two tries.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// What the hub drops of a Placement's status; nothing where it does not tell. Waits for a hub that does not answer.
pub(super) async fn pruned(calls: &Calls) -> Pruned {
    let uri = format!("/openapi/v3/apis/{}", Placement::API_VERSION);
    let mut backoff = Backoff::new(WAIT_MAX);
    let document = loop {
        match calls.get(&uri, "application/json").await {
            Ok(document) => break document,
            Err(failure @ (Failure::Unknown(_) | Failure::Busy { .. })) => {
                debug!(%failure, "cannot read what the hub's definitions have");
                sleep(backoff.next()).await;
            }
            Err(failure) => {
                info!(%failure, "the hub does not tell what its definitions have, taken for today's");
                return Pruned::default();
            }
        }
    };
    let pruned = Pruned::read(&document).unwrap_or_default();
    for field in pruned.fields() {
        warn!(field, "the hub's definition of Placement lacks this field, it is not written");
    }
    pruned
}
