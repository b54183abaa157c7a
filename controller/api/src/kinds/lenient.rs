//! How recorded JSON is taken as it comes: `null` is absent, a quantity may be a number.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::Text;

/// `null` is the field's default.
pub(super) fn null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Whether a field says nothing, so that it need not be written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Key to text, made at once: keys mostly come in order.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Text, Text>, D::Error> {
    let entries = Option::<Entries<Text>>::deserialize(from)?.unwrap_or_default();
    Ok(entries.0.into_iter().collect())
}

/// Resource name to quantity, each a JSON string or number.
pub(super) fn quantities<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Text, String>, D::Error> {
    let entries = Option::<Entries<QuantityText>>::deserialize(from)?.unwrap_or_default();
    Ok(entries.0.into_iter().map(|(name, text)| (name, text.0)).collect())
}

/// A map's entries as they come.
#[derive(Default)]
struct Entries<V>(Vec<(Text, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Entries<V>, D::Error> {
        from.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
    type Value = Entries<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0));
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

/// A quantity as text, exactly as written where it was a string.
#[derive(Default)]
struct QuantityText(String);

impl<'de> Deserialize<'de> for QuantityText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<QuantityText, D::Error> {
        from.deserialize_any(QuantityVisitor)
    }
}

struct QuantityVisitor;

impl Visitor<'_> for QuantityVisitor {
    type Value = QuantityText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantity: text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<QuantityText, E> {
        Ok(QuantityText(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<QuantityText, E> {
        Ok(QuantityText(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<QuantityText, E> {
        Ok(QuantityText(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<QuantityText, E> {
        Ok(QuantityText(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<QuantityText, E> {
        Ok(QuantityText(number.to_string()))
    }

    fn visit_unit<E>(self) -> Result<QuantityText, E> {
        Ok(QuantityText("0".to_owned())) // A null quantity decodes as zero upstream.
    }
}
