//! Kubernetes texts by value: quantities, label syntax, times and durations, with upstream's error texts.
