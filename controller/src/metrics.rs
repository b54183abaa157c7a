//! What the controller counts (§16), and how it is written down.

/// All metrics of one process.
#[derive(Debug, Default)]
pub struct Metrics {}
