//! What Go reads and writes, and TAINT-7's arithmetic.

use proptest::prelude::*;

use super::Time;

#[track_caller]
fn check(text: &str, seconds: i64, nanos: i128, written: &str) {
    let time = Time::parse_rfc3339(text).unwrap();
    assert_eq!(time.unix_nanos(), i128::from(seconds) * 1_000_000_000 + nanos);
    assert_eq!(time.to_string(), written);
}

#[track_caller]
fn refused(text: &str, what: &str) {
    let error = Time::parse_rfc3339(text).unwrap_err().to_string();
    assert!(error.ends_with(&format!(": {what}")), "{error}");
}

#[rustfmt::skip]
mod table {
    use super::*;

    #[test] fn epoch()                  { check("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z") }
    #[test] fn zero_time()              { check("0001-01-01T00:00:00Z", -62_135_596_800, 0, "0001-01-01T00:00:00Z") }
    #[test] fn year_0000()              { check("0000-02-29T00:00:00Z", -62_162_121_600, 0, "0000-02-29T00:00:00Z") }
    #[test] fn year_9999()              { check("9999-12-31T23:59:59Z", 253_402_300_799, 0, "9999-12-31T23:59:59Z") }
    #[test] fn before_the_epoch()       { check("1969-12-31T23:59:59.5Z", -1, 500_000_000, "1969-12-31T23:59:59Z") }
    #[test] fn east_is_earlier()        { check("2025-05-05T07:05:05+02:00", 1_746_421_505, 0, "2025-05-05T05:05:05Z") }
    #[test] fn west_is_later()          { check("2025-12-31T23:00:00-01:30", 1_767_227_400, 0, "2026-01-01T00:30:00Z") }
    #[test] fn offset_24_60()           { check("1970-01-02T01:00:00+24:60", 0, 0, "1970-01-01T00:00:00Z") }
    #[test] fn minus_zero_offset()      { check("1970-01-01T00:00:00-00:00", 0, 0, "1970-01-01T00:00:00Z") }
    #[test] fn hour_of_one_digit()      { check("1970-01-01T1:00:00Z", 3600, 0, "1970-01-01T01:00:00Z") }
    #[test] fn comma()                  { check("1970-01-01T00:00:00,25Z", 0, 250_000_000, "1970-01-01T00:00:00Z") }
    #[test] fn nanos_are_cut_off()      { check("1970-01-01T00:00:00.9999999999Z", 0, 999_999_999, "1970-01-01T00:00:00Z") }
    #[test] fn leap_day()               { check("2024-02-29T00:00:00Z", 1_709_164_800, 0, "2024-02-29T00:00:00Z") }
    #[test] fn leap_day_of_2000()       { check("2000-02-29T00:00:00Z", 951_782_400, 0, "2000-02-29T00:00:00Z") }

    #[test] fn no_leap_day_in_1900()    { refused("1900-02-29T00:00:00Z", "the month has no such day") }
    #[test] fn april_31()               { refused("2025-04-31T00:00:00Z", "the month has no such day") }
    #[test] fn day_zero()               { refused("2025-04-00T00:00:00Z", "the month has no such day") }
    #[test] fn month_13()               { refused("2025-13-01T00:00:00Z", "the month is not 01 to 12") }
    #[test] fn hour_24()                { refused("2025-01-01T24:00:00Z", "the hour is not 00 to 23") }
    #[test] fn leap_second()            { refused("2025-01-01T23:59:60Z", "the second is not 00 to 59") }
    #[test] fn offset_25()              { refused("2025-01-01T00:00:00+25:00", "the offset's hours are not 00 to 24") }
    #[test] fn offset_without_colon()   { refused("2025-01-01T00:00:00+0200", "`:` is missing in the offset") }
    #[test] fn no_offset()              { refused("2025-01-01T00:00:00", "the offset is missing: `Z` or `+hh:mm`") }
    #[test] fn point_without_digits()   { refused("2025-01-01T00:00:00.Z", "the offset is neither `Z` nor `+hh:mm`") }
    #[test] fn small_t()                { refused("2025-01-01t00:00:00Z", "`T` is missing after the date") }
    #[test] fn small_z()                { refused("2025-01-01T00:00:00z", "the offset is neither `Z` nor `+hh:mm`") }
    #[test] fn date_only()              { refused("2025-01-01", "`T` is missing after the date") }
    #[test] fn trailing_blank()         { refused("2025-01-01T00:00:00Z ", "something follows the offset") }
    #[test] fn year_of_five_digits()    { refused("12025-01-01T00:00:00Z", "`-` is missing after the year") }
    #[test] fn empty()                  { refused("", "the year needs four digits") }
    #[test] fn in_the_middle_of_a_character() { refused("202é-01-01T00:00:00Z", "the year needs four digits") }
}

#[test]
fn seconds_wrap_in_64_bits_of_nanoseconds() {
    let from = Time::from_unix_seconds(1_000_000);
    // 9_223_372_036 s are the most that 64 bits hold; one more is 292 years ago.
    assert_eq!(from.plus_seconds_wrapping(9_223_372_036), from.plus_seconds_saturating(9_223_372_036));
    assert_eq!(from.plus_seconds_wrapping(-5), Time::from_unix_seconds(999_995));
    let wrapped = from.plus_seconds_wrapping(9_223_372_037);
    assert_eq!(wrapped.unix_nanos() - from.unix_nanos(), 9_223_372_037_000_000_000 - (1 << 64));
}

#[test]
fn saturated_seconds_stay_in_order() {
    let from = Time::from_unix_seconds(0);
    assert!(from.plus_seconds_saturating(i64::MAX) > Time::parse_rfc3339("9999-12-31T23:59:59Z").unwrap());
    assert!(from.plus_seconds_saturating(i64::MIN) < Time::ZERO);
    let with_a_fraction = Time::from_unix_nanos(1_500_000_001);
    let exact = Time::from_unix_nanos(1_500_000_001 + i128::from(i64::MAX) * 1_000_000_000);
    assert_eq!(with_a_fraction.plus_seconds_saturating(i64::MAX), exact, "saturates to one and the same time");
    assert_eq!(Time::from_unix_nanos(i128::MAX).plus_seconds_saturating(1), Time::from_unix_nanos(i128::MAX));
}

#[test]
fn nanos_are_written_without_trailing_zeros() {
    assert_eq!(Time::from_unix_nanos(1_020_000_000).to_rfc3339_nanos(), "1970-01-01T00:00:01.02Z");
    assert_eq!(Time::from_unix_nanos(1).to_rfc3339_nanos(), "1970-01-01T00:00:00.000000001Z");
    assert_eq!(Time::from_unix_seconds(1).to_rfc3339_nanos(), "1970-01-01T00:00:01Z");
}

proptest! {
    #[test]
    fn written_and_read_back(seconds in -62_167_219_200..253_402_300_800_i64, nanos in 0..1_000_000_000_i128) {
        let time = Time::from_unix_nanos(i128::from(seconds) * 1_000_000_000 + nanos);
        prop_assert_eq!(Time::parse_rfc3339(&time.to_rfc3339_nanos()), Ok(time));
        prop_assert_eq!(Time::parse_rfc3339(&time.to_string()), Ok(Time::from_unix_seconds(seconds)));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*|[0-9]{3,5}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.,]?[0-9]{0,12}[-+Z]?[0-9:]{0,5}") {
        let _ = Time::parse_rfc3339(&text).map(|time| time.to_string());
    }

    #[test]
    fn any_instant_is_written(nanos: i128) {
        prop_assert!(Time::from_unix_nanos(nanos).to_rfc3339_nanos().ends_with('Z'));
    }
}
