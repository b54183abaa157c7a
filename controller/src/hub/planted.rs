//! Mistakes that tests plant to see that they would find them. What is shipped has none: the feature `planted` is
//! switched on for the tests of this package alone.

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// A slice is deleted whatever its version is.
    NoPrecondition,
    /// Slices are written by number, those that lose clusters before those that gain them (Q17).
    ShrinksFirst,
    /// Of a list that breaks after a page, that page is taken for all there is.
    HalfList,
    /// A write that failed is taken for made, as upstream does.
    ErrorsIgnored,
    /// A plan is carried out though a slice is another one by now.
    PlansKept,
    /// What a list does not show any more is taken to be still there.
    TombstonesIgnored,
}

#[cfg(feature = "planted")]
std::thread_local! {
    static PLANTED: std::cell::Cell<Option<Planted>> = const { std::cell::Cell::new(None) };
}

/// Whatever runs on this thread makes this mistake from now on, or none.
#[cfg(feature = "planted")]
pub fn plant(mistake: Option<Planted>) {
    PLANTED.set(mistake);
}

/// Whether this mistake is to be made.
#[cfg(feature = "planted")]
pub(super) fn is(mistake: Planted) -> bool {
    PLANTED.get() == Some(mistake)
}

/// No mistake is made.
#[cfg(not(feature = "planted"))]
pub(super) fn is(_: Planted) -> bool {
    false
}
