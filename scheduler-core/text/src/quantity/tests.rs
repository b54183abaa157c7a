//! The vectors of §8.5, the edges of PRIO-53, and exact rationals as the judge.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Quantity, QuantityError};

/// `None`: no finite float.
#[track_caller]
fn check(text: &str, canonical: &str, approximate: impl Into<Option<f64>>, is_integer: bool) {
    let quantity = Quantity::parse(text).unwrap();
    assert_eq!(quantity.canonical(), canonical, "canonical");
    // Bits, because the last one decides a score.
    let bits = approximate.into().map(f64::to_bits);
    assert_eq!(quantity.approximate().map(f64::to_bits), bits, "float: {:?}", quantity.approximate());
    assert_eq!(quantity.is_integer(), is_integer, "is_integer");
}

#[track_caller]
fn check_error(text: &str, want: QuantityError) {
    assert_eq!(Quantity::parse(text), Err(want));
}

#[rustfmt::skip]
mod table {
    use super::*;

    #[test] fn decimal_point_renders_as_milli()     { check("0.1", "100m", 0.1, false) }
    #[test] fn milli_stays()                        { check("100m", "100m", 0.1, false) }
    #[test] fn three_tenths_are_not_exact()         { check("0.3", "300m", 0.300_000_000_000_000_04, false) }
    #[test] fn point_multiplies_by_a_tenth()        { check("3.9", "3900m", 3.900_000_000_000_000_4, false) }
    #[test] fn milli_multiplies_by_a_thousandth()   { check("3900m", "3900m", 3.9, false) }
    #[test] fn milli_15600()                        { check("15600m", "15600m", 15.6, false) }
    #[test] fn binary_fraction_is_slow()            { check("1.5Gi", "1536Mi", 1_610_612_736.0, false) }
    #[test] fn binary_fraction_not_whole()          { check("1.1Gi", "1181116006400m", 1_181_116_006.4, false) }
    #[test] fn binary_within_digits()               { check("63194Mi", "63194Mi", 66_263_711_744.0, true) }
    #[test] fn binary_beyond_digits()               { check("100000Gi", "100000Gi", 1.073_741_824e14, false) }
    #[test] fn tebi_one_digit()                     { check("7Ti", "7Ti", 7_696_581_394_432.0, true) }
    #[test] fn pebi_is_always_slow()                { check("1Pi", "1Pi", 1_125_899_906_842_624.0, false) }
    #[test] fn capped_8ei()                         { check("8Ei", "9223372036854775807", 9.223_372_036_854_776e18, false) }
    #[test] fn capped_16ei()                        { check("16Ei", "9223372036854775807", 9.223_372_036_854_776e18, false) }
    #[test] fn capped_fraction()                    { check("9.99Ei", "9223372036854775807", 9.223_372_036_854_776e18, false) }
    #[test] fn capped_below()                       { check("-9Ei", "-9223372036854775807", -9.223_372_036_854_776e18, false) }
    #[test] fn giga()                               { check("128G", "128G", 1.28e11, true) }
    #[test] fn scale_plus_three()                   { check("123.456M", "123.456M", 123_456_000.0, true) }
    #[test] fn three_places_are_kept()              { check("1.500", "1.500", 1.5, false) }
    #[test] fn one_place_is_not()                   { check("1.5", "1500m", 1.5, false) }
    #[test] fn exponent_multiple_of_three()         { check("1e-3", "1e-3", 0.001, false) }
    #[test] fn exponent_made_one()                  { check("12e-2", "120e-3", 0.12, false) }
    #[test] fn rounds_up_to_nano()                  { check("0.0000000001", "1n", 1e-9, false) }
    #[test] fn rounds_away_in_the_last_place()      { check("0.1234567891", "123456790n", 0.123_456_790_000_000_01, false) }
    #[test] fn rounds_away_below_zero()             { check("-0.1234567891", "-123456790n", -0.123_456_790_000_000_01, false) }
    #[test] fn rounding_carries_to_a_new_digit()    { check("0.9999999999", "1", 1.0, false) }
    #[test] fn twenty_digits()                      { check("12345678901234567890", "12345678901234567890", 1.234_567_890_123_457e19, false) }
    #[test] fn plus_is_kept()                       { check("+4", "+4", 4.0, true) }
    #[test] fn leading_zeros_are_kept()             { check("007", "007", 7.0, true) }
    #[test] fn odd_modulo_eight_is_kept()           { check("+9Gi", "+9Gi", 9_663_676_416.0, true) }
    #[test] fn zero_modulo_eight_is_not()           { check("+8Gi", "8Gi", 8_589_934_592.0, true) }
    #[test] fn thousand()                           { check("1000", "1k", 1e3, true) }
    #[test] fn thousand_kilo()                      { check("1000k", "1M", 1e6, true) }
    #[test] fn thousand_peta()                      { check("1000P", "1E", 1e18, true) }
    #[test] fn fifteen_hundred()                    { check("1500", "1500", 1500.0, true) }
    #[test] fn million()                            { check("1000000", "1M", 1e6, true) }
    #[test] fn kibi_carries()                       { check("1024Ki", "1Mi", 1_048_576.0, true) }
    #[test] fn thousand_mebi()                      { check("1000Mi", "1000Mi", 1_048_576_000.0, true) }
    #[test] fn half_a_mebi()                        { check("512Ki", "512Ki", 524_288.0, true) }
    #[test] fn half_a_kibi()                        { check("0.5Ki", "512", 512.0, false) }
    #[test] fn plain_has_no_binary_suffix()         { check("2048", "2048", 2048.0, true) }
    #[test] fn exponent_three()                     { check("1e3", "1e3", 1e3, true) }
    #[test] fn exponent_family_stays()              { check("1500e3", "1500e3", 1_500_000.0, true) }
    #[test] fn suffix_beyond_exa_is_lost()          { check("1000E", "1", 1e21, false) }
    #[test] fn zero()                               { check("0", "0", 0.0, true) }
    #[test] fn zeros()                              { check("00", "0", 0.0, true) }
    #[test] fn minus_zero()                         { check("-0", "0", 0.0, true) }
    #[test] fn zero_with_a_place()                  { check("0.0", "0", 0.0, false) }
    #[test] fn sign_alone_is_zero()                 { check("+", "0", 0.0, true) }
    #[test] fn point_alone_is_zero()                { check(".", "0", 0.0, true) }
    #[test] fn suffix_alone_is_zero()               { check("Ki", "0", 0.0, true) }
    #[test] fn point_before_suffix()                { check("1.G", "1.G", 1e9, true) }
    #[test] fn power_of_ten_is_a_product()          { check("1e100", "10e99", 1e96 * 1e4, false) }

    #[test] fn largest_finite()                     { check("1e308", "100e306", 1e288 * 1e20, false) }
    #[test] fn first_infinite()                     { check("1e309", "1e309", None, false) }
    #[test] fn slow_overflows_before_nano()         { check("1234567890123456789e290", "123456789012345678900e288", None, false) }
    #[test] fn zero_times_infinity()                { check("0e400", "0", None, true) }
    #[test] fn exponent_of_31_bits()                { check("1e2147483647", "10e2147483646", None, false) }
    #[test] fn exponent_beyond_is_absent()          { check("1e4294967296", "1e4294967296", None, false) }
    #[test] fn tiny_exponent_rounds_up()            { check("1e-2147483648", "1e-9", 1e-9, false) }
    #[test] fn tiny_exponent_beyond_is_absent()     { check("1e-2147483649", "1e-2147483649", None, false) }

    #[test] fn empty()                              { check_error("", QuantityError::Format) }
    #[test] fn word()                               { check_error("many", QuantityError::Format) }
    #[test] fn fraction_in_exponent()               { check_error("1e1.5", QuantityError::Format) }
    #[test] fn blank()                              { check_error(" 1", QuantityError::Format) }
    #[test] fn digit_of_another_script()            { check_error("١", QuantityError::Format) }
    #[test] fn doubled_suffix()                     { check_error("1kk", QuantityError::Suffix) }
    #[test] fn exponent_without_digits()            { check_error("1e", QuantityError::Suffix) }
    #[test] fn exponent_beyond_64_bits()            { check_error("1e9223372036854775808", QuantityError::Suffix) }
    #[test] fn slow_suffix_alone()                  { check_error("Pi", QuantityError::Number) }
}

#[test]
fn texts_of_errors_are_upstreams() {
    let error = Quantity::parse("x").unwrap_err();
    let want = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    assert_eq!(error.to_string(), want);
}

#[test]
fn size_is_three_words() {
    assert_eq!(size_of::<Quantity>(), 24);
}

/// What the text means, in nanos, by integer arithmetic: rounded away from zero, capped in the binary family.
fn nanos(negative: bool, num: u32, denom: &str, suffix: &str) -> i128 {
    let digits: u128 = format!("{num}{denom}").parse().unwrap();
    let places = i32::try_from(denom.len()).unwrap();
    let (factor, power) = match suffix {
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "" => (1, 0),
        "k" => (1, 3),
        "P" => (1, 15),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Ti" => (1 << 40, 0),
        "Ei" => (1 << 60, 0),
        exponent => (1, exponent[1..].parse().unwrap()),
    };
    let power: i32 = power + 9 - places;
    let product = digits * factor;
    let magnitude = match u32::try_from(power) {
        Ok(power) => product * 10_u128.pow(power),
        Err(_) => product.div_ceil(10_u128.pow(power.unsigned_abs())),
    };
    let cap = if factor > 1 { i64::MAX as u128 * 1_000_000_000 } else { u128::MAX };
    let magnitude = i128::try_from(magnitude.min(cap)).unwrap();
    if negative { -magnitude } else { magnitude }
}

fn parts() -> impl Strategy<Value = (bool, u32, String, &'static str)> {
    const SUFFIXES: &[&str] = &["n", "u", "m", "", "k", "P", "Ki", "Mi", "Ti", "Ei", "e3", "E-5", "e+7", "e-12"];
    (any::<bool>(), 0..10_000_u32, "[0-9]{0,12}", prop::sample::select(SUFFIXES))
}

proptest! {
    #[test]
    fn value_is_exact((negative, num, denom, suffix) in parts()) {
        let text = format!("{}{num}.{denom}{suffix}", if negative { "-" } else { "" });
        let quantity = Quantity::parse(&text).unwrap();
        let nanos = nanos(negative, num, &denom, suffix);
        let exact = Quantity::parse(&format!("{nanos}n")).unwrap();
        prop_assert_eq!(quantity.cmp_value(&exact), Ordering::Equal, "{} is {}n", text, nanos);

        let above = Quantity::parse(&format!("{}n", nanos + 1)).unwrap();
        prop_assert_eq!(quantity.cmp_value(&above), Ordering::Less);
        prop_assert_eq!(above.cmp_value(&quantity), Ordering::Greater);

        let canonical = Quantity::parse(&quantity.canonical()).unwrap();
        prop_assert_eq!(quantity.cmp_value(&canonical), Ordering::Equal, "{} prints {}", text, canonical);

        // Two roundings of half a unit in the last place each, and one for the judge.
        let (float, want) = (quantity.approximate().unwrap(), nanos as f64 / 1e9);
        prop_assert!((float - want).abs() <= want.abs() * 4.0 * f64::EPSILON, "{} is about {}", text, float);
        if let Some(value) = quantity.as_i64() {
            prop_assert_eq!(i128::from(value) * 1_000_000_000, nanos);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*|[-+]?[0-9]{0,30}\\.?[0-9]{0,30}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,20}") {
        if let Ok(quantity) = Quantity::parse(&text) {
            let canonical = quantity.canonical();
            prop_assert!(canonical.len() <= text.len() + 32);
            prop_assert_eq!(quantity.cmp_value(&quantity), Ordering::Equal);
        }
    }
}

/// Were the cost that of the exponent, these would not end within a day.
#[test]
fn exponents_cost_nothing() {
    check("1234567890123456789012e2147483640", "1234567890123456789012e2147483640", None, false);
    check("1234567890123456789012e-2147483640", "1e-9", 1e-9, false);
    let [one, other] = ["7e2147483640", "8e2147483640"].map(|text| Quantity::parse(text).unwrap());
    assert_eq!(one.cmp_value(&other), Ordering::Less);
}

/// Were the cost quadratic, these would take minutes.
#[test]
fn a_mebibyte_of_digits() {
    let digits = "7".repeat(1 << 20);
    for text in [digits.clone(), format!("0.{digits}Ei"), format!("{digits}.{digits}Ki"), format!("1e-{digits}")] {
        let Ok(quantity) = Quantity::parse(&text) else {
            assert!(text.contains('e'), "an exponent beyond 64 bits");
            continue;
        };
        assert!(quantity.canonical().len() <= text.len() + 32);
    }
    let zeros = "0".repeat(1 << 20);
    check(&format!("0.{zeros}1Ki"), "1n", 1e-9, false);
    check(&format!("{zeros}5"), &format!("{zeros}5"), 5.0, true);
    check(&format!("0.{zeros}5e{}", zeros.len() + 1), "5", 5.0, false);
}
