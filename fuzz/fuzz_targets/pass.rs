//! libfuzzer's way into [`fuzz::pass`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::pass(bytes));
