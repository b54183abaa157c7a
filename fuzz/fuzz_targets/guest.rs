//! libfuzzer's way into [`fuzz::guest`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::guest(bytes));
