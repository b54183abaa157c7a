//! Numbered places that are reused.

/// Values by number; a removed one's number is given out again.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// The number that the next `insert` will give.
    pub(crate) fn next(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.slots.len() as u32)
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        let at = self.next();
        match self.free.pop() {
            Some(_) => self.slots[at as usize] = Some(value),
            None => self.slots.push(Some(value)),
        }
        at
    }

    /// Puts another value into a place that is taken.
    pub(crate) fn replace(&mut self, at: u32, value: T) {
        self.slots[at as usize] = Some(value);
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<T> {
        let value = self.slots[at as usize].take();
        if value.is_some() {
            self.free.push(at);
        }
        value
    }

    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.slots.get(at as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.slots.get_mut(at as usize)?.as_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.slots).filter_map(|(at, slot)| Some((at, slot.as_ref()?)))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.slots.iter_mut().flatten()
    }
}
