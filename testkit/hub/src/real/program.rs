//! One process of a hub: started, paused, killed and started again.

use std::{
    env, fs,
    fs::File,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// The variable that names the folder of the programs, as other tools for such hubs name it.
pub const ASSETS: &str = "KUBEBUILDER_ASSETS";

/// How many bytes of a program's last words are told when it fails.
const LAST_WORDS: usize = 2_000;

/// A program with its arguments, running or not.
#[derive(Debug)]
pub struct Program {
    name: String,
    path: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
}

/// The folder that holds etcd, kube-apiserver and kube-controller-manager.
///
/// # Errors
/// Nobody said where it is.
pub fn assets() -> Result<PathBuf> {
    let folder = env::var_os(ASSETS).map(PathBuf::from).filter(|folder| folder.join("kube-apiserver").is_file());
    folder.with_context(|| {
        format!("{ASSETS} names no folder with kube-apiserver: run `cargo xtask test`, or set it to what `cargo xtask hub build` prints")
    })
}

impl Program {
    /// A program that writes its log into this folder. Nothing runs yet.
    pub(super) fn new(path: &Path, arguments: Vec<String>, folder: &Path) -> Program {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let log = folder.join(format!("{name}.log"));
        Program { name, path: path.to_owned(), arguments, log, child: None }
    }

    /// Starts it, in this process group or as the leader of a new one; its process id.
    pub(super) fn start(&mut self, group: Option<u32>) -> Result<u32> {
        ensure!(self.child.is_none(), "{} runs already", self.name);
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).process_group(group.unwrap_or_default().try_into()?);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("`{}`", self.path.display()))?;
        Ok(self.child.insert(child).id())
    }

    /// Looks whether it runs.
    ///
    /// # Errors
    /// It has ended, or was never started; its last words are told.
    pub fn still_runs(&mut self) -> Result<()> {
        let Some(child) = &mut self.child else { bail!("{} does not run", self.name) };
        if let Some(status) = child.try_wait()? {
            bail!("{} has ended: {status}\n{}", self.name, self.last_words());
        }
        Ok(())
    }

    /// The end of what it has logged.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(LAST_WORDS)..]).into_owned()
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// SIGSTOP: it holds its connections and answers nobody.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// SIGCONT, after [`Program::pause`].
    ///
    /// # Errors
    /// It does not run.
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// SIGTERM: it may put its things in order.
    ///
    /// # Errors
    /// It does not run.
    pub fn terminate(&self) -> Result<()> {
        self.signal(Signal::TERM)
    }

    /// SIGKILL, and waits until it has ended.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().with_context(|| format!("{} does not run", self.name))?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.as_ref().map(Pid::from_child).with_context(|| format!("{} does not run", self.name))?;
        Ok(kill_process(id, signal)?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The watchdog has killed it; whoever started it must still take note.
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
