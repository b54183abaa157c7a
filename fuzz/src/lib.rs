//! What is fuzzed, as plain functions of bytes: libfuzzer drives them from `fuzz_targets/`, the tests below replay what
//! it once found and run each for a moment on bytes of their own.

mod guest;
mod history;
mod pass;
mod quantity;
mod read;

pub use guest::guest;
pub use history::history;
pub use pass::pass;
pub use quantity::quantity;
pub use read::read;

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Where to start from, and every finding of old: a file each.
    fn files(target: &str) -> Vec<Vec<u8>> {
        let mut paths = Vec::new();
        for folder in ["seeds", "regressions"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
            paths.extend(fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        }
        paths.sort();
        paths.retain(|path| !path.ends_with(".gitkeep"));
        paths.iter().map(|path| fs::read(path).unwrap()).collect()
    }

    fn replay(target: &str, run: fn(&[u8])) {
        let files = files(target);
        assert!(!files.is_empty(), "no file in seeds/{target}");
        files.iter().for_each(|bytes| run(bytes));
    }

    /// So many inputs, each one of those files with a few bytes changed.
    fn moment(target: &str, run: fn(&[u8]), inputs: u32) {
        let seeds = files(target);
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % u64::try_from(limit.max(1)).unwrap()).unwrap()
        };
        for _ in 0..inputs {
            let mut bytes = seeds[below(seeds.len())].clone();
            for _ in 0..below(8) {
                let at = below(bytes.len() + 1);
                match below(3) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, below(256) as u8),
                    _ => {
                        if let Some(byte) = bytes.get_mut(at) {
                            *byte = below(256) as u8;
                        }
                    }
                }
            }
            run(&bytes);
        }
    }

    #[test]
    fn what_readers_once_tripped_over() {
        replay("read", crate::read);
    }
    #[test]
    fn what_the_pass_once_tripped_over() {
        replay("pass", crate::pass);
    }
    #[test]
    fn what_histories_once_tripped_over() {
        replay("history", crate::history);
    }
    #[test]
    fn what_quantities_once_tripped_over() {
        replay("quantity", crate::quantity);
    }

    #[test]
    fn what_guests_once_tripped_over() {
        replay("guest", crate::guest);
    }

    #[test]
    fn readers_stand_a_moment_of_fuzzing() {
        moment("read", crate::read, 1000);
    }
    #[test]
    fn the_pass_stands_a_moment_of_fuzzing() {
        moment("pass", crate::pass, 1000);
    }
    #[test]
    fn histories_stand_a_moment_of_fuzzing() {
        moment("history", crate::history, 20);
    }
    #[test]
    fn quantities_stand_a_moment_of_fuzzing() {
        moment("quantity", crate::quantity, 10_000);
    }
    #[test]
    fn the_host_of_guests_stands_a_moment_of_fuzzing() {
        moment("guest", crate::guest, 50);
    }
}
