//! Random numbers without a dependency: a stream per object, and a shuffle that needs no memory.

/// SplitMix64: small, fast, and the same everywhere for ever.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for each (seed, kind of object, number of the object).
    pub fn of(seed: u64, kind: u64, number: u32) -> Random {
        let mut random = Random(seed);
        for part in [kind, u64::from(number)] {
            random.0 ^= part.wrapping_mul(0xd605_1cc9_5f8e_24b5);
            random.0 = random.next();
        }
        random
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `0..below`; the bias of the high-word method is far below what any workload can see.
    pub fn below(&mut self, below: u32) -> u32 {
        let high = (u128::from(self.next()) * u128::from(below)) >> 64;
        u32::try_from(high).unwrap_or(u32::MAX)
    }

    /// Both ends included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of them, each as likely as the others.
    pub fn pick<'v>(&mut self, values: &[&'v str]) -> &'v str {
        usize::try_from(self.below(values.len() as u32)).ok().and_then(|at| values.get(at)).copied().unwrap_or_default()
    }

    /// `count` different numbers below `below` (all of them if there are not so many), in the order drawn.
    pub fn distinct(&mut self, count: u32, below: u32) -> Vec<u32> {
        if count >= below {
            return (0..below).collect();
        }
        let mut drawn = Vec::new();
        while drawn.len() < count as usize {
            let number = self.below(below);
            if !drawn.contains(&number) {
                drawn.push(number);
            }
        }
        drawn
    }
}

/// A shuffle of `0..length` that is computed, not stored: a Feistel network over the next even number of bits, walked
/// until it lands inside.
#[derive(Clone)]
pub struct Shuffle {
    length: u32,
    half_bits: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// One shuffle a seed.
    pub fn new(seed: u64, length: u32) -> Shuffle {
        let bits = u32::BITS - length.saturating_sub(1).leading_zeros();
        let mut random = Random::of(seed, 0x0005_4ff1e, length);
        Shuffle { length, half_bits: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| random.next()) }
    }

    /// Who stands at place `at` of `0..length`.
    pub fn at(&self, at: u32) -> u32 {
        let mut walked = u64::from(at);
        loop {
            walked = self.round(walked);
            match u32::try_from(walked) {
                Ok(inside) if inside < self.length => return inside,
                _ => {}
            }
        }
    }

    fn round(&self, value: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let (mut left, mut right) = (value >> self.half_bits, value & mask);
        for key in self.keys {
            let mixed = Random(right ^ key).next() & mask;
            (left, right) = (right, left ^ mixed);
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_names_everybody_once() {
        for length in [0, 1, 2, 3, 10, 64, 1000] {
            let shuffle = Shuffle::new(7, length);
            let mut seen: Vec<u32> = (0..length).map(|at| shuffle.at(at)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..length).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_shuffle_is_not_the_old_order() {
        let shuffle = Shuffle::new(7, 1000);
        let kept = (0..1000).filter(|&at| shuffle.at(at) == at).count();
        assert!(kept < 10, "{kept} stand where they stood");
    }

    #[test]
    fn below_reaches_both_ends() {
        let mut random = Random::of(1, 2, 3);
        let drawn: Vec<u32> = (0..1000).map(|_| random.between(4, 7)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&4), Some(&7)));
    }

    #[test]
    fn distinct_repeats_nobody() {
        let mut drawn = Random::of(1, 2, 3).distinct(50, 60);
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 50);
    }

    #[test]
    fn more_than_there_are_is_all() {
        assert_eq!(Random::of(1, 2, 3).distinct(9, 3), [0, 1, 2]);
    }
}
