//! Stage select: the best clusters of all that are feasible.

mod shown;
mod top;

pub(super) use shown::{NOTE_MAX, Shown};
pub(super) use top::Top;

use super::weigh::Totals;
use crate::ClusterId;

/// What a pass makes of the totals.
pub(super) struct Selection<'a> {
    pub(super) top: Top<'a>,
    pub(super) shown: Shown<'a>,
}

impl Totals for Selection<'_> {
    #[inline]
    fn limit(&self) -> Option<i64> {
        if self.shown.is_open() { None } else { self.top.threshold() }
    }

    #[inline]
    fn offer(&mut self, cluster: ClusterId, total: i64) {
        self.top.offer(cluster.0, total);
        self.shown.offer(cluster.0, total);
    }
}

impl Totals for Top<'_> {
    #[inline]
    fn limit(&self) -> Option<i64> {
        self.threshold()
    }

    #[inline]
    fn offer(&mut self, cluster: ClusterId, total: i64) {
        Top::offer(self, cluster.0, total);
    }
}
