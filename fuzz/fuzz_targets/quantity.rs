//! libfuzzer's way into [`fuzz::quantity`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::quantity(bytes));
