//! Stage select: the best clusters of all that are feasible.

mod top;

pub(super) use top::Top;
