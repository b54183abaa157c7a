//! The `openAPIV3Schema` of a kind, field by field.

use serde_json::{Map, Value, json};

use crate::schema::{Default, Field, InCrd, Served, Type};

/// What a server accepts as a quantity.
const QUANTITY: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// The schema of a whole object. A server knows the metadata of all kinds by itself.
pub(super) fn root(kind: &Served) -> Value {
    let own = kind.fields.iter().filter(|field| !matches!(field.name, "apiVersion" | "kind" | "metadata"));
    let mut root = object(own);
    root["description"] = json!(kind.about);
    root["properties"]["apiVersion"] = json!({"type": "string", "description": "Group and version of the kind."});
    root["properties"]["kind"] = json!({"type": "string", "description": "Name of the kind."});
    root["properties"]["metadata"] = json!({"type": "object"});
    root
}

fn object<'f>(fields: impl Iterator<Item = &'f Field>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for each in fields {
        properties.insert(each.name.to_owned(), field(each));
        if each.required || each.server_requires {
            required.push(each.name);
        }
    }
    let mut object = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        required.sort_unstable();
        object["required"] = json!(required);
    }
    object
}

fn field(field: &Field) -> Value {
    let mut schema = value(&field.of);
    schema["description"] = json!(field.about);
    if let Some(default) = default(field) {
        schema["default"] = default;
    }
    if field.nullable {
        schema["nullable"] = json!(true);
    }
    if field.whole {
        let what =
            if matches!(field.of, Type::List { .. }) { "x-kubernetes-list-type" } else { "x-kubernetes-map-type" };
        schema[what] = json!("atomic");
    }
    schema
}

/// What a server puts where the field is absent: of an object all that its own fields have.
fn default(field: &Field) -> Option<Value> {
    Some(match (field.default?, &field.of) {
        (Default::Text(text), _) => json!(text),
        (Default::Integer(number), _) => json!(number),
        (Default::Object, Type::Object(fields)) => {
            fields.iter().filter_map(|field| Some((field.name.to_owned(), default(field)?))).collect()
        }
        (Default::Object, _) => json!({}),
    })
}

fn value(of: &Type) -> Value {
    match of {
        Type::Object(fields) => object(fields.iter()),
        Type::Map { values, .. } => json!({"type": "object", "additionalProperties": value(values)}),
        Type::List { items, max, keys } => list(items, *max, keys),
        Type::Text { min, max, form } => text(*min, *max, form.in_crd),
        Type::Word(words) => json!({"type": "string", "enum": words}),
        Type::Integer { min, max } => integer(*min, *max),
        Type::Bool => json!({"type": "boolean"}),
        Type::Time => json!({"type": "string", "format": "date-time"}),
        Type::Quantity => int_or_text(InCrd::Pattern(QUANTITY)),
        Type::IntOrText(form) => int_or_text(form.in_crd),
        Type::Ignored => json!({"x-kubernetes-preserve-unknown-fields": true}),
    }
}

fn list(items: &Type, max: usize, keys: &[&str]) -> Value {
    let mut list = json!({"type": "array", "items": value(items)});
    if max < usize::MAX {
        list["maxItems"] = json!(max);
    }
    if !keys.is_empty() {
        list["x-kubernetes-list-type"] = json!("map");
        list["x-kubernetes-list-map-keys"] = json!(keys);
    }
    list
}

fn text(min: usize, max: usize, form: InCrd) -> Value {
    let mut text = json!({"type": "string"});
    if min > 0 {
        text["minLength"] = json!(min);
    }
    if max < usize::MAX {
        text["maxLength"] = json!(max);
    }
    formed(&mut text, form);
    text
}

fn formed(text: &mut Value, form: InCrd) {
    match form {
        InCrd::Anything => {}
        InCrd::Pattern(pattern) => text["pattern"] = json!(pattern),
        InCrd::Format(format) => text["format"] = json!(format),
    }
}

/// A bound that the number's own width sets is not repeated.
fn integer(min: i64, max: i64) -> Value {
    let narrow = i32::try_from(min).is_ok() && i32::try_from(max).is_ok();
    let (format, least, most) =
        if narrow { ("int32", i32::MIN.into(), i32::MAX.into()) } else { ("int64", i64::MIN, i64::MAX) };
    let mut integer = json!({"type": "integer", "format": format});
    if min > least {
        integer["minimum"] = json!(min);
    }
    if max < most {
        integer["maximum"] = json!(max);
    }
    integer
}

fn int_or_text(form: InCrd) -> Value {
    let mut either = json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true});
    formed(&mut either, form);
    either
}
