//! Plugins in files beside the process, looked at again and again: a folder tells nobody when something in it changes, and
//! a mounted ConfigMap is another folder each time.

use std::path::PathBuf;
use std::time::Duration;

use plugin_host::Digest;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::engine::Input;
use crate::sources::{Filed, Problem};

/// How long a change may go unseen.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What tells one look from the next.
type Found = Result<Vec<(String, Digest, bool)>, Vec<Problem>>;

/// Tells the engine what there is, each time that it is something else than before, until the engine is gone.
pub(super) async fn look(path: PathBuf, engine: mpsc::Sender<Input>) {
    let mut last = None;
    loop {
        let path = path.clone();
        let looked = spawn_blocking(move || Filed::all(&path)).await;
        if let Ok(all) = looked {
            let found = found(&all);
            if last.as_ref() != Some(&found) {
                if engine.send(Input::Files(all)).await.is_err() {
                    return;
                }
                last = Some(found);
            }
        }
        sleep(LOOK_EVERY).await;
    }
}

fn found(all: &Result<Vec<Filed>, Vec<Problem>>) -> Found {
    let all = all.as_ref().map_err(Clone::clone)?;
    let known = all.iter().map(|filed| {
        let digest = filed.digest();
        (filed.name().to_owned(), digest, filed.is_released(&digest))
    });
    Ok(known.collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The names of the plugins that the engine is told of next, or how many problems.
    async fn told(engine: &mut mpsc::Receiver<Input>) -> Result<Vec<String>, usize> {
        let Some(Input::Files(all)) = engine.recv().await else { panic!("something else is told") };
        let names = |all: Vec<Filed>| all.iter().map(|filed| filed.name().to_owned()).collect();
        all.map(names).map_err(|problems| problems.len())
    }

    #[tokio::test(start_paused = true)]
    async fn every_change_is_told_once() {
        let folder = std::env::temp_dir().join(format!("placewright-look-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let put = |name: &str, key: &str| {
            let text = format!(
                "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: {name}}}\n\
                 spec: {{source: {{configMap: {{name: wasm, key: {key}}}}}}}\n"
            );
            fs::write(folder.join(name).with_extension("yaml"), text).unwrap();
        };
        put("a", "a.wasm");
        let (sender, mut engine) = mpsc::channel(10);
        let looking = tokio::spawn(look(folder.clone(), sender));
        assert_eq!(told(&mut engine).await, Ok(vec!["a".to_owned()]));
        sleep(3 * LOOK_EVERY).await;
        assert!(engine.try_recv().is_err(), "nothing changed");
        put("a", "b.wasm");
        put("b", "b.wasm");
        assert_eq!(told(&mut engine).await, Ok(vec!["a".to_owned(), "b".to_owned()]));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(told(&mut engine).await, Err(1));
        drop(engine);
        fs::create_dir_all(&folder).unwrap();
        put("a", "a.wasm");
        looking.await.unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
