//! Loops over blocks of rows, run with the widest vectors the CPU has: one binary runs everywhere.

/// A loop that the compiler vectorises. Its answer is the same however wide the vectors are: whole numbers only, or floats
/// compared and never summed.
pub(crate) trait Kernel {
    type Answer;

    /// Runs it. Must be `#[inline(always)]`, and so must be what it calls in the loop: code is compiled for the vectors of the
    /// function it ends up in.
    fn run(self) -> Self::Answer;
}

/// Runs a kernel: compiled for AVX2 where the CPU has it, for the target's baseline elsewhere.
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Answer {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
        #[expect(unsafe_code, reason = "a function compiled for more than the baseline; halves the time of a pass")]
        // SAFETY: `run_avx2` is safe code. All that calling it asks for is a CPU with AVX2 and POPCNT, which was just seen.
        return unsafe { run_avx2(kernel) };
    }
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Answer {
    kernel.run()
}
