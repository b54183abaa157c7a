//! Any bytes under any name: the reader answers, within bounds, and the same on the second reading.

use testkit::api::{
    facts,
    read::{InputFile, Object, Options, read as read_files},
};

/// The first byte chooses the file's name, the rest is the file.
pub fn read(bytes: &[u8]) {
    let Some((choice, data)) = bytes.split_first() else { return };
    let name = ["a.yaml", "a.json", "a.jsonl", "a.yaml.gz", "a.json.gz", "-"][usize::from(*choice) % 6];
    // Far below the default: a bomb must be refused, not held in memory by every worker.
    let options = Options { max_input: 4 << 20 };
    let once = || read_files([InputFile { name: name.into(), data: data.to_vec() }], &options);
    let first = once();
    assert_eq!(first, once(), "the same bytes were read in two ways");
    for notice in &first.notices {
        assert!(!notice.text.is_empty() && !notice.text.ends_with('.'), "{:?} ends like prose", notice.text);
    }
    first.objects.iter().for_each(convert);
}

/// What was read becomes facts without a panic, whatever it says.
fn convert(object: &Object) {
    let _ = facts::fact(&object.kind);
}
