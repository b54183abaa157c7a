//! Randomness that is the same in every instance of a component: that of its digest.

use sha2::{Digest as _, Sha256};
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

use super::{charge, versioned};
use crate::evaluation::Room;
use crate::inspect::Digest;

/// What is done here.
pub(super) const LINKED: &[(&str, &str)] =
    &[("wasi:random/random", "get-random-bytes"), ("wasi:random/random", "get-random-u64")];

/// How many bytes one call may ask for.
const BYTES_MAX: u64 = 64 << 10;

/// SHA-256 of the digest and a number that counts up.
pub(super) struct Random {
    seed: Sha256,
    blocks: u64,
}

impl Random {
    pub fn new(digest: Digest) -> Random {
        Random { seed: Sha256::new_with_prefix(digest.to_string()), blocks: 0 }
    }

    /// The next so many bytes. What is left of the last block is not used again.
    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count.next_multiple_of(32));
        while bytes.len() < count {
            bytes.extend(self.seed.clone().chain_update(self.blocks.to_le_bytes()).finalize());
            self.blocks += 1;
        }
        bytes.truncate(count);
        bytes
    }
}

pub(super) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    let mut random = linker.instance(&versioned("wasi:random/random"))?;
    random.func_wrap("get-random-bytes", |store, (count,): (u64,)| Ok((drawn(store, count)?,)))?;
    random.func_wrap("get-random-u64", |store, (): ()| {
        let bytes = drawn(store, 8)?;
        Ok((bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)),))
    })
}

/// Draws bytes.
fn drawn(mut store: StoreContextMut<'_, Room>, count: u64) -> wasmtime::Result<Vec<u8>> {
    if count > BYTES_MAX {
        return Err(wasmtime::Error::msg(format!("asks for {count} random bytes at once and may have {BYTES_MAX}")));
    }
    charge(&mut store, count)?;
    Ok(store.data_mut().wasi.random.bytes(count as usize))
}
