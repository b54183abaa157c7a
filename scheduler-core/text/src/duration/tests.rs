//! What Go reads and writes.

use proptest::prelude::*;

use super::Duration;

#[track_caller]
fn check(text: &str, nanos: i64, written: &str) {
    let duration = Duration::parse(text).unwrap();
    assert_eq!(duration.as_nanos(), nanos);
    assert_eq!(duration.to_string(), written);
}

#[track_caller]
fn refused(text: &str, want: &str) {
    assert_eq!(Duration::parse(text).unwrap_err().to_string(), want);
}

#[track_caller]
fn check_single(text: &str, want: Result<i64, &str>) {
    let got = Duration::parse_single_unit(text).map(Duration::as_nanos).map_err(|error| error.to_string());
    assert_eq!(got, want.map_err(str::to_owned));
}

#[rustfmt::skip]
mod table {
    use super::*;

    #[test] fn zero()                   { check("0", 0, "0s") }
    #[test] fn signed_zero()            { check("-0", 0, "0s") }
    #[test] fn all_three()              { check("1h2m3.5s", 3_723_500_000_000, "1h2m3.5s") }
    #[test] fn hours_are_written_in_full() { check("1h", 3_600_000_000_000, "1h0m0s") }
    #[test] fn minutes_carry()          { check("90m", 5_400_000_000_000, "1h30m0s") }
    #[test] fn units_in_any_order()     { check("1s1h1s", 3_602_000_000_000, "1h0m2s") }
    #[test] fn below_a_second()         { check("1.5ms", 1_500_000, "1.5ms") }
    #[test] fn both_micro_signs()       { check("1\u{b5}s1\u{3bc}s1us", 3_000, "3\u{b5}s") }
    #[test] fn nanoseconds()            { check("-7ns", -7, "-7ns") }
    #[test] fn point_first()            { check(".5s", 500_000_000, "500ms") }
    #[test] fn point_last()             { check("5.s", 5_000_000_000, "5s") }
    #[test] fn fraction_of_a_nano_is_cut_off() { check("1.9ns", 1, "1ns") }
    #[test] fn digits_beyond_64_bits_are_ignored() { check("0.3333333333333333333h", 1_200_000_000_000, "20m0s") }
    #[test] fn largest()                { check("2562047h47m16.854775807s", i64::MAX, "2562047h47m16.854775807s") }
    #[test] fn smallest()               { check("-2562047h47m16.854775808s", i64::MIN, "-2562047h47m16.854775808s") }

    #[test] fn empty()                  { refused("", "time: invalid duration \"\"") }
    #[test] fn sign_alone()             { refused("-", "time: invalid duration \"-\"") }
    #[test] fn point_alone()            { refused(".s", "time: invalid duration \".s\"") }
    #[test] fn no_unit()                { refused("3", "time: missing unit in duration \"3\"") }
    #[test] fn days()                   { refused("1d", "time: unknown unit \"d\" in duration \"1d\"") }
    #[test] fn blank_inside()           { refused("1h 2m", "time: unknown unit \"h \" in duration \"1h 2m\"") }
    #[test] fn other_scripts_by_byte()  { refused("1ü\"", "time: unknown unit \"\\xc3\\xbc\\\"\" in duration \"1\\xc3\\xbc\\\"\"") }
    #[test] fn too_long()               { refused("2562047h47m16.854775808s", "time: invalid duration \"2562047h47m16.854775808s\"") }
    #[test] fn too_many_digits()        { refused("99999999999999999999x", "time: invalid duration \"99999999999999999999x\"") }

    #[test] fn single_minute()          { check_single("1m", Ok(60_000_000_000)) }
    #[test] fn single_with_zeros()      { check_single("0090s", Ok(90_000_000_000)) }
    #[test] fn single_hour()            { check_single("24h", Ok(86_400_000_000_000)) }
    #[test] fn single_takes_no_two()    { check_single("1h1m", Err("\"1h1m\" does not match '^[0-9]+[hms]$'")) }
    #[test] fn single_takes_no_millis() { check_single("1ms", Err("\"1ms\" does not match '^[0-9]+[hms]$'")) }
    #[test] fn single_takes_no_sign()   { check_single("-1s", Err("\"-1s\" does not match '^[0-9]+[hms]$'")) }
    #[test] fn single_needs_digits()    { check_single("s", Err("\"s\" does not match '^[0-9]+[hms]$'")) }
    #[test] fn single_too_long()        { check_single("9999999999s", Err("time: invalid duration \"9999999999s\"")) }
}

proptest! {
    #[test]
    fn written_and_read_back(nanos: i64) {
        // Only the fraction of a unit goes through binary64, so nothing is lost however long the duration.
        let duration = Duration::from_nanos(nanos);
        prop_assert_eq!(Duration::parse(&duration.to_string()), Ok(duration));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*|[-+]?([0-9]{0,22}\\.?[0-9]{0,22}(ns|us|ms|s|m|h|x)){0,3}") {
        if let Ok(duration) = Duration::parse(&text) {
            prop_assert_eq!(duration.as_nanos() < 0, text.starts_with('-') && duration != Duration::default());
        }
    }
}
