//! From an input's bytes to text: unpacked within a bound, and refused where it cannot be UTF-8 text.

use std::{io::Read as _, sync::Arc};

use flate2::read::MultiGzDecoder;

/// One input: a file, or what came on standard input.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// How notices call it: the path as the user gave it, or `-`.
    pub name: String,
    /// Its bytes, as stored. Packed with gzip where the name ends with `.gz` or the bytes begin as gzip does.
    pub data: Vec<u8>,
}

/// An input as plain bytes.
#[derive(Debug)]
pub(crate) struct Plain {
    pub(crate) name: Arc<str>,
    pub(crate) data: Vec<u8>,
    /// Bytes that gzip made; 0 where nothing was packed.
    pub(crate) unpacked: u64,
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Plain {
    /// Unpacks, never to more than `bound` bytes, and strips the byte order mark.
    pub(crate) fn new(file: InputFile, bound: u64) -> Result<Plain, (Arc<str>, String)> {
        let name: Arc<str> = file.name.into();
        let packed = file.data.starts_with(GZIP);
        if !packed && name.to_ascii_lowercase().ends_with(".gz") {
            return Err((name, "is not gzip, though its name ends with `.gz`".to_owned()));
        }
        let mut data = if packed {
            match unpack(&file.data, bound) {
                Ok(data) => data,
                Err(what) => return Err((name, what)),
            }
        } else {
            file.data
        };
        let unpacked = if packed { data.len() as u64 } else { 0 };
        if let Some(what) = not_text(&data) {
            return Err((name, what.to_owned()));
        }
        if data.starts_with(BYTE_ORDER_MARK) {
            data.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Plain { name, data, unpacked })
    }
}

fn unpack(data: &[u8], bound: u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(data.len().saturating_mul(4).min(usize::try_from(bound).unwrap_or(usize::MAX)));
    match MultiGzDecoder::new(data).take(bound.saturating_add(1)).read_to_end(&mut out) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err("the gzip data ends too early: the file is cut off".to_owned())
        }
        Err(_) => Err("the gzip data is damaged".to_owned()),
        Ok(_) if out.len() as u64 > bound => Err(format!(
            "all inputs together unpack to more than the bound, {bound} bytes are left: raise `--max-input`"
        )),
        Ok(_) => Ok(out),
    }
}

fn not_text(data: &[u8]) -> Option<&'static str> {
    if data.starts_with(&[0xff, 0xfe])
        || data.starts_with(&[0xfe, 0xff])
        || matches!(data, [0, _, 0, ..] | [_, 0, _, 0, ..])
    {
        return Some("is UTF-16 or UTF-32: save it as UTF-8");
    }
    if data.starts_with(GZIP) {
        return Some("is gzip inside of gzip: unpack it once");
    }
    None
}
