//! Developer commands: ci, tidy, bless, golden, laws.
fn main() {}
