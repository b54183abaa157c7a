//! The one reader of every command: bytes of any shape (FILE-4) to typed, checked objects and what was noticed on the
//! way. Never panics, never hangs, works within bounds (FILE-8).

mod broken;
mod check;
mod document;
mod findings;
mod input;
mod json;
#[cfg(test)]
mod laws;
mod node;
mod notice;
mod object;
mod older;
mod part;
mod pieces;
mod quick;
mod scalar;
mod split;
mod twice;
mod typed;
mod wanted;
mod yaml;

pub use input::InputFile;
pub use notice::{Notice, Place, Severity};
pub use object::{Kind, Object, ObjectKey};

use std::{collections::BTreeMap, mem};

use rayon::prelude::*;

use self::{
    input::Plain,
    part::{Budget, Outcome, PartReader, Read as PartRead},
    split::Part,
    twice::Kept,
};

/// Lists and maps inside each other, at most.
const DEPTH_MAX: usize = 128;
/// Bytes of one document, and what its aliases may stand for.
const DOCUMENT_MAX: u64 = 64 << 20;
/// Bytes that are parsed together, at least.
const BATCH_MIN: usize = 1 << 20;
/// Notices about one input that are kept; the others are counted.
const NOTICES_MAX: usize = 10_000;

/// How to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes that gzip and aliases may expand to, in all inputs together. 1 GiB unless said otherwise.
    pub max_input: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { max_input: 1 << 30 }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<T = Object> {
    /// In the order of inputs and lines; no two with one kind, namespace and name.
    pub objects: Vec<T>,
    /// In the order of inputs and lines; what concerns no input in particular comes last.
    pub notices: Vec<Notice>,
    /// Bytes of all inputs together, unpacked.
    pub bytes: u64,
}

/// Reads inputs, in parallel on rayon's threads; the answer does not depend on their number. O(bytes) time within the
/// bounds of [`Options`].
pub fn read(inputs: impl IntoIterator<Item = InputFile>, options: &Options) -> Read {
    read_with(inputs, options, |object| object)
}

/// As [`read`], and converts each object where it was read, in parallel, so that the bulky kinds need not all stand in
/// memory at once.
pub fn read_with<T: Send>(
    inputs: impl IntoIterator<Item = InputFile>,
    options: &Options,
    convert: impl Fn(Object) -> T + Sync,
) -> Read<T> {
    let mut reader = Reader {
        convert,
        budget: Budget::new(options.max_input),
        batch: Vec::new(),
        batch_bytes: 0,
        bytes: 0,
        kept: Vec::new(),
        notices: Vec::new(),
        left_out: Vec::new(),
        foreign: BTreeMap::new(),
    };
    for (input, file) in inputs.into_iter().enumerate() {
        reader.left_out.push(LeftOut::default());
        match Plain::new(file, reader.budget.left()) {
            Ok(plain) => reader.push(input, plain),
            Err((file, text)) => reader.notices.push((input, Notice::error(&file, 0, text))),
        }
    }
    reader.finish()
}

struct Reader<T, F> {
    convert: F,
    budget: Budget,
    /// Inputs that wait to be parsed together, with their numbers.
    batch: Vec<(usize, Plain)>,
    batch_bytes: usize,
    bytes: u64,
    kept: Vec<Kept<T>>,
    notices: Vec<(usize, Notice)>,
    /// For each input, the notices that are not kept.
    left_out: Vec<LeftOut>,
    foreign: BTreeMap<String, (usize, Place)>,
}

/// Notices of one input that are too many to keep.
#[derive(Default)]
struct LeftOut {
    kept: usize,
    count: usize,
    has_error: bool,
    last: Option<Place>,
}

impl LeftOut {
    /// One notice for all of them, as grave as the gravest.
    fn notice(self) -> Option<Notice> {
        let severity = if self.has_error { Severity::Error } else { Severity::Warning };
        let text =
            format!("{} more notices about this input are not shown, this is where the last one belongs", self.count);
        (self.count > 0).then_some(Notice { severity, place: self.last, object: None, path: None, text })
    }
}

impl<T: Send, F: Fn(Object) -> T + Sync> Reader<T, F> {
    fn push(&mut self, input: usize, plain: Plain) {
        self.budget.spend(plain.unpacked);
        self.batch_bytes += plain.data.len();
        self.bytes += plain.data.len() as u64;
        self.batch.push((input, plain));
        if self.batch_bytes >= BATCH_MIN {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let mut parts = Vec::new();
        for (at, (_, plain)) in batch.iter().enumerate() {
            parts.extend(split::split(&plain.data).into_iter().map(|part| (at, part)));
        }
        let mut silent = vec![true; batch.len()];
        let mut rest = &parts[..];
        while !rest.is_empty() {
            let mut bytes = 0;
            let together = rest.iter().take_while(|(_, part)| {
                let is_room = bytes < BATCH_MIN;
                bytes += part.bytes.len();
                is_room
            });
            let (now, later) = rest.split_at(together.count());
            self.read_parts(&batch, now, &mut silent);
            rest = later;
        }
        for ((input, plain), _) in batch.iter().zip(silent).filter(|(_, silent)| *silent) {
            let notice =
                Notice { severity: Severity::Note, ..Notice::error(&plain.name, 0, "holds no object".to_owned()) };
            self.notices.push((*input, notice));
        }
    }

    fn read_parts(&mut self, batch: &[(usize, Plain)], parts: &[(usize, Part)], silent: &mut [bool]) {
        let convert = &self.convert;
        let read: Vec<(usize, Vec<PartRead<'_, T>>)> = parts
            .par_iter()
            .map(|(at, part)| {
                let plain = &batch[*at].1;
                (*at, PartReader { file: &plain.name, convert }.read(&plain.data, part))
            })
            .collect();
        for (at, reads) in read {
            let (input, plain) = &batch[at];
            for read in reads {
                let outcomes = PartReader { file: &plain.name, convert: &self.convert }.within(read, &mut self.budget);
                silent[at] &= outcomes.is_empty();
                outcomes.into_iter().for_each(|outcome| self.take(*input, outcome));
            }
        }
    }

    fn take(&mut self, input: usize, outcome: Outcome<T>) {
        match outcome {
            Outcome::Object { key, fingerprint, place, value, notices } => {
                notices.into_iter().for_each(|notice| self.notice(input, notice));
                self.kept.push(Kept { key, fingerprint, input, place, value });
            }
            Outcome::Refused(notices) => notices.into_iter().for_each(|notice| self.notice(input, notice)),
            Outcome::Foreign(kind, place) => self.foreign.entry(kind).or_insert((0, place)).0 += 1,
        }
    }

    fn notice(&mut self, input: usize, notice: Notice) {
        let left_out = &mut self.left_out[input];
        if left_out.kept < NOTICES_MAX {
            left_out.kept += 1;
            self.notices.push((input, notice));
        } else {
            left_out.count += 1;
            left_out.has_error |= notice.severity == Severity::Error;
            left_out.last = notice.place;
        }
    }

    fn finish(mut self) -> Read<T> {
        self.flush();
        let objects = twice::resolve(self.kept, &mut self.notices);
        let left_out = self.left_out.into_iter().map(LeftOut::notice).enumerate();
        self.notices.extend(left_out.filter_map(|(input, notice)| Some((input, notice?))));
        let place_of = |notice: &Notice| notice.place.as_ref().map_or(0, |place| place.line);
        self.notices.sort_by_key(|(input, notice)| (*input, place_of(notice)));
        let mut notices: Vec<Notice> = self.notices.into_iter().map(|(_, notice)| notice).collect();
        notices.extend(self.foreign.into_iter().map(|(kind, (count, place))| foreign(&kind, count, &place)));
        Read { objects, notices, bytes: self.bytes }
    }
}

/// Objects of a kind that is not ours are counted: a dump of a whole namespace is no mistake.
fn foreign(kind: &str, count: usize, place: &Place) -> Notice {
    let text = match count {
        1 => format!("`{kind}` at {place} is no kind that placement looks at: left out"),
        _ => format!("`{kind}` is no kind that placement looks at: {count} objects left out, the first at {place}"),
    };
    Notice { severity: Severity::Note, place: None, object: None, path: None, text }
}
