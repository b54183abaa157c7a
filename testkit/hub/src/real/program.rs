//! One process of a hub: started, listened to, paused, killed and started again.

use std::{
    env, fs,
    fs::File,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

/// The variable that names the folder of the programs, as other tools for such hubs name it.
pub const ASSETS: &str = "KUBEBUILDER_ASSETS";

/// How many bytes of a program's last words are told when it fails.
const LAST_WORDS: usize = 2_000;
/// How long a program may take to say what is waited for, or to end. Only a failing test takes that long.
const WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program with its arguments, running or not.
#[derive(Debug)]
pub struct Program {
    name: String,
    path: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
}

/// The folder that holds etcd, kube-apiserver, kube-controller-manager and kubectl.
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
    /// A program that writes its log into this folder, under this name. Nothing runs yet.
    pub(super) fn new(name: &str, path: &Path, arguments: Vec<String>, folder: &Path) -> Program {
        let log = folder.join(format!("{name}.log"));
        Program { name: name.to_owned(), path: path.to_owned(), arguments, log, child: None }
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
        if let Some(status) = self.has_ended()? {
            bail!("{} has ended: {status}\n{}", self.name, self.last_words());
        }
        Ok(())
    }

    fn has_ended(&mut self) -> Result<Option<ExitStatus>> {
        let child = self.child.as_mut().with_context(|| format!("{} does not run", self.name))?;
        Ok(child.try_wait()?)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// It was never started, or does not end in time; its last words are told.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        let deadline = Instant::now() + WITHIN;
        loop {
            if let Some(status) = self.has_ended()? {
                return Ok(status);
            }
            ensure!(Instant::now() < deadline, "{} does not end\n{}", self.name, self.last_words());
            sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until it has logged a line with this text; the first such line.
    ///
    /// # Errors
    /// It has ended without, or takes too long; its last words are told.
    pub async fn says(&mut self, text: &str) -> Result<String> {
        let deadline = Instant::now() + WITHIN;
        loop {
            // Before the log is read, so that nothing it said last is missed.
            let runs = self.still_runs();
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return Ok(line.to_owned());
            }
            runs?;
            ensure!(Instant::now() < deadline, "{} does not say `{text}`\n{}", self.name, self.last_words());
            sleep(LOOK_EVERY).await;
        }
    }

    /// All that it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
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
