//! The binary `placewright`.
fn main() {}
