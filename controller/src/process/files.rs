//! Files whose change ends the process (`--terminate-on-files`).

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

/// How often files are looked at, as upstream does.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Ends when one of the files appears, changes or goes, and says which. Never, where there are none.
pub(super) async fn changed(files: Vec<PathBuf>) -> PathBuf {
    let begun: Vec<(PathBuf, Option<Vec<u8>>)> = files.into_iter().map(|file| (file.clone(), bytes(&file))).collect();
    loop {
        sleep(LOOK_EVERY).await;
        if let Some((file, _)) = begun.iter().find(|(file, before)| bytes(file) != *before) {
            return file.clone();
        }
    }
}

fn bytes(file: &PathBuf) -> Option<Vec<u8>> {
    std::fs::read(file).ok()
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn appears_changes_goes() {
        let folder = std::env::temp_dir().join(format!("placewright-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (first, second) = (folder.join("first"), folder.join("second"));
        std::fs::write(&first, "1").unwrap();
        let files = || vec![first.clone(), second.clone()];
        let soon = 3 * LOOK_EVERY;
        assert!(timeout(soon, changed(files())).await.is_err());
        for (what, want) in [
            (Box::new(|| std::fs::write(&second, "2").unwrap()) as Box<dyn Fn()>, &second),
            (Box::new(|| std::fs::write(&first, "3").unwrap()), &first),
            (Box::new(|| std::fs::remove_file(&second).unwrap()), &second),
        ] {
            let waits = tokio::spawn(changed(files()));
            tokio::task::yield_now().await;
            what();
            assert_eq!(&timeout(soon, waits).await.unwrap().unwrap(), want);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
