//! What an API server knows of the kinds: field names, types, limits, defaults (spec §2). Tables of ours, a file a
//! kind; `read` walks them.

mod add_on_placement_score;
mod condition;
mod form;
mod managed_cluster;
mod managed_cluster_set;
mod managed_cluster_set_binding;
mod metadata;
mod placement;
mod placement_decision;
mod selector;
mod served;

pub(crate) use form::{Form, InCrd};
pub(crate) use served::{Column, GROUP, KindName, SERVED, Served, near, near_kind, served};

/// What a field holds.
#[derive(Debug)]
pub(crate) enum Type {
    /// These fields and no other.
    Object(&'static [Field]),
    /// Any keys that fit the form, each with such a value.
    Map { keys: Form, values: &'static Type },
    /// Such items; no two with the same values of the fields in `keys`.
    List { items: &'static Type, max: usize, keys: &'static [&'static str] },
    /// Text of `min..=max` characters and a form.
    Text { min: usize, max: usize, form: Form },
    /// One of these words.
    Word(&'static [&'static str]),
    /// An integer within these bounds, both included.
    Integer { min: i64, max: i64 },
    /// `true` or `false`.
    Bool,
    /// RFC 3339; null is absent.
    Time,
    /// A quantity, as text or as a number. One that cannot be parsed is absent, and an error (Q32).
    Quantity,
    /// An int32, or text of a form.
    IntOrText(Form),
    /// Known, and of no use here.
    Ignored,
}

/// A field of an object.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) of: Type,
    pub(crate) required: bool,
    pub(crate) default: Option<Default>,
    pub(crate) narrows: Narrows,
    /// For whoever reads the CRD; nothing where no CRD has the field.
    pub(crate) about: &'static str,
    /// The server refuses an object without it; the reader does not mind.
    pub(crate) server_requires: bool,
    /// The server stores a null.
    pub(crate) nullable: bool,
    /// Server-side apply takes a list or an object as one value of one owner.
    pub(crate) whole: bool,
}

/// Whether more may be selected when a field is left out than was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Narrows {
    /// Not in any case; at most others are selected.
    No,
    /// Yes, so a misspelt name is refused; a null is how programs write that there is none.
    Quietly,
    /// Yes, so a misspelt name is refused, and a null deserves a word.
    Told,
}

/// What an API server puts where a field is absent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default {
    Text(&'static str),
    Integer(i64),
    /// An object whose own defaults follow.
    Object,
}

/// Any text.
const TEXT: Type = text(0, usize::MAX, form::ANY);
/// An int32.
const INT32: Type = Type::Integer { min: i32::MIN as i64, max: i32::MAX as i64 };
/// An int64.
const INT64: Type = Type::Integer { min: i64::MIN, max: i64::MAX };

const fn text(min: usize, max: usize, form: Form) -> Type {
    Type::Text { min, max, form }
}

const fn list(items: &'static Type) -> Type {
    Type::List { items, max: usize::MAX, keys: &[] }
}

const fn list_by(keys: &'static [&'static str], items: &'static Type) -> Type {
    Type::List { items, max: usize::MAX, keys }
}

const fn field(name: &'static str, of: Type, about: &'static str) -> Field {
    Field {
        name,
        of,
        required: false,
        default: None,
        narrows: Narrows::No,
        about,
        server_requires: false,
        nullable: false,
        whole: false,
    }
}

/// A field that servers know by themselves, without a CRD.
const fn known(name: &'static str, of: Type) -> Field {
    field(name, of, "")
}

impl Field {
    const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    const fn or(self, default: Default) -> Field {
        Field { default: Some(default), ..self }
    }

    const fn server_requires(self) -> Field {
        Field { server_requires: true, ..self }
    }

    const fn nullable(self) -> Field {
        Field { nullable: true, ..self }
    }

    const fn whole(self) -> Field {
        Field { whole: true, ..self }
    }

    /// A part of what somebody asks for: null is worth a word.
    const fn narrows(self) -> Field {
        Field { narrows: Narrows::Told, ..self }
    }

    /// What is often empty.
    const fn keeps_out(self) -> Field {
        Field { narrows: Narrows::Quietly, ..self }
    }
}
