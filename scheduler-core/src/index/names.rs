//! Where a name's row is: one look-up of its text, however many names there are.

use super::interner::Code;
use super::room::grow;

/// The place of each name by the name's code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// One more than the place; 0: none.
    places: Vec<u32>,
}

impl Names {
    /// O(1).
    pub(super) fn place(&self, name: Code) -> Option<usize> {
        self.places.get(name.at())?.checked_sub(1).map(|place| place as usize)
    }

    /// Amortised O(1).
    pub(super) fn put(&mut self, name: Code, place: usize) {
        if let Some(missing) = (name.at() + 1).checked_sub(self.places.len()) {
            grow(&mut self.places, missing);
            self.places.resize(self.places.len() + missing, 0);
        }
        self.places[name.at()] = place as u32 + 1;
    }

    pub(super) fn forget(&mut self, name: Code) {
        if let Some(place) = self.places.get_mut(name.at()) {
            *place = 0;
        }
    }
}
