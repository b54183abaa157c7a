//! From checked values to a typed kind, through serde, so that every field has one name in one place.

use serde::{
    Deserialize, Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{Error, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

use super::check::Good;

/// Makes the typed kind.
///
/// # Errors
/// Where the schema and the type do not fit together, which is a bug of ours.
pub(crate) fn typed<'de, K: Deserialize<'de>>(good: Good<'de>) -> Result<K, Error> {
    K::deserialize(good)
}

impl<'de> Deserializer<'de> for Good<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Good::Text(text) => visitor.visit_borrowed_str(text),
            Good::Integer(number) => visitor.visit_i64(number),
            Good::Bool(yes) => visitor.visit_bool(yes),
            Good::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Good::Map(entries) => visitor.visit_map(MapDeserializer::new(entries.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Good<'de> {
    type Deserializer = Good<'de>;

    fn into_deserializer(self) -> Good<'de> {
        self
    }
}
