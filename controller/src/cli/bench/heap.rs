//! How many bytes a value holds: what the heap gets back when it is dropped.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[global_allocator]
static HEAP: Heap = Heap { counting: AtomicBool::new(false), freed: AtomicUsize::new(0) };

/// The system's allocator, which counts what it is given back while somebody wants to know. Otherwise that costs one load
/// and a branch a value freed, and allocating costs nothing more.
struct Heap {
    counting: AtomicBool,
    /// Bytes, without what the allocator adds for itself.
    freed: AtomicUsize,
}

#[expect(unsafe_code, reason = "there is no other way to see what is freed; crates that do it count always")]
// SAFETY: every call is handed on to `System` unchanged, pointer and layout as they came, so that whatever the caller
// promises `System` is promised, and whatever `System` promises the caller gets. Counting touches two atomics and
// neither allocates nor panics.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; `pointer` came from `System`, as all do.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if self.counting.load(Ordering::Relaxed) {
            self.freed.fetch_add(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Drops a value and says how many bytes only it held. Whatever other threads free meanwhile counts too.
pub(super) fn bytes_of<T>(value: T) -> usize {
    let before = HEAP.freed.load(Ordering::Relaxed);
    HEAP.counting.store(true, Ordering::Relaxed);
    drop(value);
    HEAP.counting.store(false, Ordering::Relaxed);
    HEAP.freed.load(Ordering::Relaxed) - before
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::bytes_of;

    // Other tests free meanwhile, so all that can be said is how few bytes it can be, and that what is shared is not among
    // them, which is far more than they free.
    #[test]
    fn what_only_it_held() {
        const LARGE: usize = 1 << 32;
        let shared = Arc::new(Vec::<u8>::with_capacity(LARGE));
        let freed = bytes_of((shared.clone(), vec![Vec::<u8>::with_capacity(1000), Vec::with_capacity(2000)]));
        let least = 3000 + 2 * size_of::<Vec<u8>>();
        assert!((least..LARGE).contains(&freed), "{freed}");
        assert!(bytes_of(shared) >= LARGE);
    }
}
