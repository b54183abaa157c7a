//! Any text as a quantity: refused, or a number that its canonical text says again.

use testkit::kube_text::Quantity;

/// The bytes are the text.
pub fn quantity(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(parsed) = Quantity::parse(text) else { return };
    if let Some(float) = parsed.approximate() {
        assert!(float.is_finite(), "`{text}` is {float}");
    }
    let canonical = parsed.canonical();
    assert!(Quantity::parse(&canonical).is_ok(), "`{text}` becomes `{canonical}`, which is no quantity");
    assert_eq!(parsed.cmp_value(&parsed), std::cmp::Ordering::Equal, "`{text}` differs from itself");
}
