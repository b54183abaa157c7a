//! The one reader of every command: bytes of any shape (FILE-4) to typed, checked objects and what was noticed on the way. Never panics, never hangs,
//! works within bounds (FILE-8).

mod check;
mod document;
mod findings;
mod input;
mod json;
mod node;
mod notice;
mod object;
mod older;
mod part;
mod scalar;
mod split;
mod twice;
mod typed;
mod wanted;
mod yaml;

pub use input::InputFile;
pub use notice::{Notice, Place, Severity};
pub use object::{Kind, Object, ObjectKey};

use std::{collections::BTreeMap, mem, sync::Arc};

use rayon::prelude::*;

use self::{
    input::Plain,
    part::{Budget, Outcome, Read as PartRead},
    twice::Kept,
};

/// Lists and maps inside each other, at most.
const DEPTH_MAX: usize = 128;
/// Bytes of one document, and what its aliases may stand for.
const DOCUMENT_MAX: u64 = 64 << 20;
/// Bytes of inputs that are parsed together.
const BATCH_MIN: usize = 4 << 20;

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
}

/// Reads inputs, in parallel on rayon's threads; the answer does not depend on their number. O(bytes) time within the bounds of [`Options`].
pub fn read(inputs: impl IntoIterator<Item = InputFile>, options: &Options) -> Read {
    read_with(inputs, options, |object| object)
}

/// As [`read`], and converts each object where it was read, in parallel, so that the bulky kinds need not all stand in memory at once.
pub fn read_with<T: Send>(
    inputs: impl IntoIterator<Item = InputFile>,
    options: &Options,
    convert: impl Fn(Object) -> T + Sync,
) -> Read<T> {
    let mut reader = Reader {
        convert,
        budget: Budget::new(options.max_input),
        batch: Vec::new(),
        kept: Vec::new(),
        notices: Vec::new(),
        foreign: BTreeMap::new(),
    };
    for (input, file) in inputs.into_iter().enumerate() {
        match Plain::new(file, reader.budget.left()) {
            Ok(plain) => reader.push(input, plain),
            Err((file, text)) => reader.notices.push((
                input,
                Notice {
                    severity: Severity::Error,
                    place: Some(Place { file, line: 0 }),
                    object: None,
                    path: None,
                    text,
                },
            )),
        }
    }
    reader.finish()
}

struct Reader<T, F> {
    convert: F,
    budget: Budget,
    batch: Vec<(usize, Plain)>,
    kept: Vec<Kept<T>>,
    notices: Vec<(usize, Notice)>,
    foreign: BTreeMap<String, (usize, Place)>,
}

impl<T: Send, F: Fn(Object) -> T + Sync> Reader<T, F> {
    fn push(&mut self, input: usize, plain: Plain) {
        self.budget.spend(plain.unpacked);
        self.batch.push((input, plain));
        if self.batch.iter().map(|(_, plain)| plain.data.len()).sum::<usize>() >= BATCH_MIN {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = mem::take(&mut self.batch);
        let mut parts = Vec::new();
        for (at, (_, plain)) in batch.iter().enumerate() {
            parts.extend(split::split(&plain.data).into_iter().map(|part| (at, part)));
        }
        let convert = &self.convert;
        let read: Vec<(usize, Vec<PartRead<'_, T>>)> = parts
            .into_par_iter()
            .map(|(at, part)| {
                let plain = &batch[at].1;
                (at, part::read(&plain.data, &part, &plain.name, convert))
            })
            .collect();
        let mut silent = vec![true; batch.len()];
        for (at, reads) in read {
            let (input, plain) = &batch[at];
            for read in reads {
                for outcome in read.within(&mut self.budget, &plain.name, &self.convert) {
                    silent[at] = false;
                    self.take(*input, outcome);
                }
            }
        }
        for ((input, plain), _) in batch.iter().zip(silent).filter(|(_, silent)| *silent) {
            let place = Some(Place { file: Arc::clone(&plain.name), line: 0 });
            self.notices.push((
                *input,
                Notice {
                    severity: Severity::Note,
                    place,
                    object: None,
                    path: None,
                    text: "holds no object".to_owned(),
                },
            ));
        }
    }

    fn take(&mut self, input: usize, outcome: Outcome<T>) {
        match outcome {
            Outcome::Object { key, fingerprint, place, value, notices } => {
                self.notices.extend(notices.into_iter().map(|notice| (input, notice)));
                self.kept.push(Kept { key, fingerprint, input, place, value });
            }
            Outcome::Refused(notices) => self.notices.extend(notices.into_iter().map(|notice| (input, notice))),
            Outcome::Foreign(kind, place) => self.foreign.entry(kind).or_insert((0, place)).0 += 1,
        }
    }

    fn finish(mut self) -> Read<T> {
        self.flush();
        let objects = twice::resolve(self.kept, &mut self.notices);
        self.notices.sort_by_key(|(input, notice)| (*input, notice.place.as_ref().map_or(0, |place| place.line)));
        let mut notices: Vec<Notice> = self.notices.into_iter().map(|(_, notice)| notice).collect();
        for (kind, (count, place)) in self.foreign {
            let text = match count {
                1 => format!("`{kind}` at {place} is no kind that placement looks at: left out"),
                _ => format!(
                    "`{kind}` is no kind that placement looks at: {count} objects left out, the first at {place}"
                ),
            };
            notices.push(Notice { severity: Severity::Note, place: None, object: None, path: None, text });
        }
        Read { objects, notices }
    }
}
