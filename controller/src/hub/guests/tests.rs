//! How long the first decisions wait for plugins, and what becomes of plugins in files.

use std::fs;
use std::path::PathBuf;

use k8s_openapi::api::core::v1::ConfigMap;
use scheduler_core::{Fact, Placement, PlacementKey, Slice};

use super::*;
use crate::sources::Carried;

const GPU_BINPACK: &[u8] = include_bytes!("../../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");

fn guests() -> Guests {
    Guests::new(Vec::new(), preflight::BUDGET, Events::default(), Arc::new(Metrics::new()))
}

fn put(guests: &mut Guests, name: &str, startup_timeout: &str) {
    let document = format!(
        "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: {name}}}\n\
         spec:\n  source: {{configMap: {{name: {name}, key: plugin.wasm}}}}\n  startupTimeout: {startup_timeout}\n"
    );
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.to_owned());
    map.data = Some([("plugin.yaml".to_owned(), document)].into());
    map.binary_data = Some([("plugin.wasm".to_owned(), k8s_openapi::ByteString(GPU_BINPACK.to_vec()))].into());
    let id = Id { namespace: "ns".into(), name: name.into() };
    guests.put(&id, Offered::Carried(Box::new(Carried::of(map))), Version::default());
}

/// How long is waited from the beginning on, in seconds.
fn waits(guests: &Guests) -> u64 {
    guests.settles_at().duration_since(guests.began).as_secs()
}

/// Takes in all that runs aside, on a hub without anything.
async fn take_in_all(guests: &mut Guests) {
    take_in(guests, &Index::new(plugins::profiles())).await;
}

async fn take_in(guests: &mut Guests, index: &Index) {
    let profiles = plugins::profiles();
    while !guests.aside.is_empty() {
        let done = guests.done().await;
        let hub = Hub { index, profiles: &profiles, now: Time::from_unix_seconds(0), is_listed: true };
        guests.take_in(done, &hub);
    }
}

#[tokio::test]
async fn nobody_waits_for_no_plugins() {
    let guests = guests();
    assert!(guests.is_settled());
}

#[tokio::test]
async fn the_slowest_plugin_is_waited_for_until_all_have_come() {
    let mut guests = guests();
    put(&mut guests, "quick", "20s");
    put(&mut guests, "slow", "5m");
    assert!(!guests.is_settled());
    assert_eq!(waits(&guests), 300);
    take_in_all(&mut guests).await;
    assert!(guests.is_settled());
    assert_eq!(guests.plugins().len(), 2);
}

#[tokio::test]
async fn who_cannot_wait_does_not() {
    let mut guests = guests();
    put(&mut guests, "late", "0s");
    assert!(guests.is_settled());
    take_in_all(&mut guests).await;
    assert_eq!(guests.plugins().len(), 1);
}

/// What is wrong with it is told when it is loaded; until then it is waited for as for any other.
#[tokio::test]
async fn a_document_that_cannot_be_read_is_waited_for_as_usual() {
    let mut guests = guests();
    put(&mut guests, "wrong", "soon");
    assert_eq!(waits(&guests), 30);
    take_in_all(&mut guests).await;
    assert!(guests.is_settled());
    assert!(guests.plugins().is_empty());
}

/// A folder of its own for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("placewright-guests-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("gpu-binpack.wasm"), GPU_BINPACK).unwrap();
        Folder(folder)
    }

    /// Puts a plugin into a file that takes out, for every placement, what has less than so many GPUs.
    fn put(&self, name: &str, least: u32, metadata: &str) {
        let document = format!(
            "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: {name}{metadata}}}\n\
             spec:\n  source: {{file: {{path: gpu-binpack.wasm, sha256: '{}'}}}}\n  \
             settings: {{default: {{atLeast: {least}}}}}\n  filter: {{placements: {{namespaces: ['*']}}}}\n",
            Digest::of(GPU_BINPACK)
        );
        fs::write(self.0.join(name).with_extension("yaml"), document).unwrap();
    }

    fn all(&self) -> Vec<Filed> {
        Filed::all(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The least number of GPUs that each plugin asks for which decides, as its settings say.
fn serving(guests: &Guests) -> Vec<String> {
    let least = |serving: &Serving| serving.loaded.spec().settings["default"].as_str().to_owned();
    guests.serving().into_values().map(least).collect()
}

#[tokio::test]
async fn what_stands_in_files_is_loaded_anew_when_it_changes() {
    let folder = Folder::new("changes");
    folder.put("a", 1, "");
    let mut guests = guests();
    assert!(!guests.put_files(folder.all()));
    take_in_all(&mut guests).await;
    assert_eq!(serving(&guests), [r#"{"atLeast":1}"#]);
    // Nothing is loaded again for nothing.
    assert!(!guests.put_files(folder.all()) && guests.aside.is_empty());

    folder.put("a", 2, "");
    folder.put("b", 3, "");
    assert!(!guests.put_files(folder.all()));
    assert_eq!(serving(&guests), [r#"{"atLeast":1}"#], "what decided goes on meanwhile");
    take_in_all(&mut guests).await;
    assert_eq!(serving(&guests), [r#"{"atLeast":2}"#, r#"{"atLeast":3}"#]);

    fs::write(folder.0.join("gpu-binpack.wasm"), "damaged").unwrap();
    guests.put_files(folder.all());
    take_in_all(&mut guests).await;
    assert_eq!(serving(&guests), [r#"{"atLeast":2}"#, r#"{"atLeast":3}"#], "what cannot be loaded changes nothing");
    fs::write(folder.0.join("gpu-binpack.wasm"), GPU_BINPACK).unwrap();
    fs::remove_file(folder.0.join("b.yaml")).unwrap();
    assert!(guests.put_files(folder.all()), "a plugin is gone");
    take_in_all(&mut guests).await;
    assert_eq!(serving(&guests), [r#"{"atLeast":2}"#]);
}

#[tokio::test]
async fn what_the_process_is_started_with_decides_at_once() {
    let folder = Folder::new("started");
    folder.put("a", 1, "");
    let host = Host::new(false).unwrap();
    let loaded = folder.all().into_iter().map(|filed| (filed.clone(), Arc::new(filed.load(&host).unwrap())));
    let mut guests = Guests::new(loaded.collect(), preflight::BUDGET, Events::default(), Arc::new(Metrics::new()));
    assert!(guests.is_settled());
    assert_eq!(serving(&guests), [r#"{"atLeast":1}"#]);
    // The first look finds what is known.
    assert!(!guests.put_files(folder.all()) && guests.aside.is_empty());
}

/// The example's hub, whose placements ask for no plugin, decided and written down.
fn hub() -> Index {
    let text = include_str!("../../../../examples/plugins/gpu-binpack/hub.yaml");
    let file = api::read::InputFile { name: "hub.yaml".into(), data: text.into() };
    let objects = api::read::read([file], &api::read::Options::default()).objects;
    let mut index = Index::new(plugins::profiles());
    for object in &objects {
        index.apply(match api::facts::fact(&object.kind).0 {
            Fact::Placement(placement) => Fact::Placement(Box::new(Placement::new(placement.key))),
            fact => fact,
        });
    }
    let mut slices = Vec::new();
    index.step(Time::from_unix_seconds(0), usize::MAX, &mut |_, _, decision| {
        let clusters: Vec<Symbol> = decision.entries().map(|entry| entry.cluster.clone()).collect();
        let PlacementKey { namespace, name } = decision.placement;
        slices.push(Slice { namespace, name: name.clone(), placement: Some(name), clusters });
    });
    assert!(slices.iter().any(|slice| !slice.clusters.is_empty()));
    slices.into_iter().for_each(|slice| index.apply(Fact::Slice(slice)));
    index
}

#[tokio::test]
async fn a_file_whose_plugin_takes_too_much_waits_to_be_released() {
    let (folder, hub) = (Folder::new("held"), hub());
    folder.put("a", 100, "");
    let mut guests = guests();
    guests.put_files(folder.all());
    take_in(&mut guests, &hub).await;
    let held = guests.carriers.values().next().unwrap();
    assert!(matches!(held.state, State::Held(_)), "{:?}", held.state);
    assert_eq!(serving(&guests), [""; 0]);
    let digest = held.digest;
    folder.put("a", 100, &format!(", annotations: {{placewright.io/release: '{digest}'}}"));
    assert!(guests.put_files(folder.all()), "the annotation is no other version");
    assert_eq!(serving(&guests), [r#"{"atLeast":100}"#]);
}
