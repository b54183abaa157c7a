//! kube-apiserver, etcd and, where a test needs it, the garbage collector, on loopback.
//!
//! A hub is a folder, a few processes of one group and a watchdog that ends all of them. Clients are made for the
//! runtime that asks for them, so a hub can serve the tests of a whole process.

mod access;
mod audit;
mod authority;
mod crds;
pub mod manifests;
mod program;
mod watchdog;

pub use access::client;
pub use audit::Asked;
pub use crds::Crds;
pub use program::{ASSETS, Program, assets};

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use kube::Client;
use tokio::{
    sync::OnceCell,
    time::{Instant, sleep},
};

use self::{access::Address, authority::Authority, watchdog::Watchdog};

/// How long a hub may take to be ready: it takes four seconds on two idle cores.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// A port that was free may be taken by somebody else before a program of ours opens it.
const TRIES: u32 = 3;
/// The group that may do everything.
const MASTERS: &str = "system:masters";

/// Where a controller keeps its lease.
pub const NAMESPACE: &str = "placewright";
/// Who is bound to the role of `deploy/rbac.yaml`.
const OUR_ACCOUNT: &str = "system:serviceaccount:placewright:placewright";

/// What a hub is to have.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whose definitions it serves.
    pub crds: Crds,
    /// Whether what is owned by something deleted goes too, and the objects of a deleted namespace.
    pub garbage_collector: bool,
}

/// A running hub. Dropping it ends its processes and removes its folder.
pub struct Hub {
    /// First, so that it ends the others before they are waited for.
    _watchdog: Watchdog,
    group: u32,
    folder: PathBuf,
    authority: Authority,
    address: Address,
    admin: PathBuf,
    etcd: Mutex<Program>,
    server: Mutex<Program>,
    collector: Mutex<Option<Program>>,
}

impl Hub {
    /// Starts one and waits until it serves all kinds.
    ///
    /// # Errors
    /// The programs are not there, or one of them does not come up; its last words are told.
    pub async fn start(options: Options) -> Result<Hub> {
        let mut tries = 1;
        let hub = loop {
            match Hub::try_start().await {
                Ok(hub) => break hub,
                Err(why) if tries < TRIES && format!("{why:#}").contains("address already in use") => tries += 1,
                Err(why) => return Err(why),
            }
        };
        options.crds.install(&hub.client().await?).await?;
        if options.garbage_collector {
            // After the definitions: it looks for new kinds only every half minute.
            hub.start_collector()?;
        }
        Ok(hub)
    }

    /// The hub that the tests of this process share, each in namespaces of its own. It has a garbage collector, and
    /// upstream's definitions where they are there.
    ///
    /// # Errors
    /// As [`Hub::start`].
    pub async fn shared() -> Result<&'static Hub> {
        static SHARED: OnceCell<Hub> = OnceCell::const_new();
        let options = Options { crds: Crds::upstreams_if_there(), garbage_collector: true };
        SHARED.get_or_try_init(|| Hub::start(options)).await
    }

    async fn try_start() -> Result<Hub> {
        let assets = assets()?;
        let folder = new_folder()?;
        let mut watchdog = Watchdog::of(&folder)?;
        let authority = Authority::new()?;
        let (etcd_port, port) = (free_port()?, free_port()?);
        let address = Address { url: format!("https://127.0.0.1:{port}"), authority: folder.join("authority.crt") };
        fs::write(&address.authority, &authority.certificate)?;
        let admin = access::write(&folder, "admin", &address, &authority.user("admin", Some(MASTERS))?)?;
        let serving = authority.server()?;
        fs::write(folder.join("server.crt"), serving.certificate)?;
        fs::write(folder.join("server.key"), serving.key)?;
        audit::prepare(&folder, OUR_ACCOUNT)?;
        let mut etcd = Program::new("etcd", &assets.join("etcd"), etcd_arguments(&folder, etcd_port), &folder);
        let arguments = server_arguments(&folder, etcd_port, port);
        let mut server = Program::new("kube-apiserver", &assets.join("kube-apiserver"), arguments, &folder);
        let group = etcd.start(None)?;
        watchdog.over(group)?;
        server.start(Some(group))?;
        let hub = Hub {
            _watchdog: watchdog,
            group,
            folder,
            authority,
            address,
            admin,
            etcd: Mutex::new(etcd),
            server: Mutex::new(server),
            collector: Mutex::new(None),
        };
        hub.ready().await?;
        Ok(hub)
    }

    /// Waits until the API server says that it is ready.
    ///
    /// # Errors
    /// It or etcd has ended, or it takes too long.
    pub async fn ready(&self) -> Result<()> {
        let client = self.client().await?;
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let request = http::Request::get("/readyz").body(Vec::new())?;
            let Err(why) = client.request_text(request).await else { return Ok(()) };
            self.etcd().still_runs()?;
            self.server().still_runs()?;
            if Instant::now() > deadline {
                bail!("the API server is not ready: {why}\n{}", self.server().last_words());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn start_collector(&self) -> Result<()> {
        let kubeconfig = self.admin.to_string_lossy();
        let arguments = arguments(&[
            ("kubeconfig", &kubeconfig),
            ("controllers", "garbage-collector-controller,namespace-controller"),
            ("leader-elect", "false"),
            ("bind-address", "127.0.0.1"),
            // Nobody asks it anything.
            ("secure-port", "0"),
        ]);
        let name = "kube-controller-manager";
        let mut collector = Program::new(name, &assets()?.join(name), arguments, &self.folder);
        collector.start(Some(self.group))?;
        *lock(&self.collector) = Some(collector);
        Ok(())
    }

    /// A client of somebody who may do everything.
    ///
    /// # Errors
    /// Only if the hub's folder was tampered with.
    pub async fn client(&self) -> Result<Client> {
        client(&self.admin).await
    }

    /// The kubeconfig of somebody who may do everything.
    #[must_use]
    pub fn admin(&self) -> &Path {
        &self.admin
    }

    /// The kubeconfig of a user of at most one group, who may do what roles allow. Asked for again, the user gets a new
    /// certificate.
    ///
    /// # Errors
    /// The hub's folder cannot be written.
    pub fn user(&self, name: &str, group: Option<&str>) -> Result<PathBuf> {
        access::write(&self.folder, &name.replace([':', '/'], "-"), &self.address, &self.authority.user(name, group)?)
    }

    /// The kubeconfig of our service account, after applying the role of `deploy` and what it is bound to.
    ///
    /// # Errors
    /// The hub refuses a manifest.
    pub async fn as_our_role(&self) -> Result<PathBuf> {
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
        for file in ["namespace.yaml", "rbac.yaml"] {
            manifests::apply(&self.client().await?, &manifests::read(&deploy.join(file))?).await?;
        }
        self.user(OUR_ACCOUNT, None)
    }

    /// All that was asked for in the name of our service account, from first to last, refused or not.
    ///
    /// # Errors
    /// The server's audit log cannot be read.
    pub fn asked(&self) -> Result<Vec<Asked>> {
        audit::read(&self.folder)
    }

    /// Starts another program in the hub's group, so that it ends with the hub at the latest. Its log is called by this
    /// name.
    ///
    /// # Errors
    /// It does not start.
    pub fn run(&self, name: &str, program: &Path, arguments: Vec<String>) -> Result<Program> {
        let mut program = Program::new(name, program, arguments, &self.folder);
        program.start(Some(self.group))?;
        Ok(program)
    }

    /// The process ids of what runs.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        let collector = lock(&self.collector).as_ref().and_then(Program::id);
        [self.etcd().id(), self.server().id(), collector].into_iter().flatten().collect()
    }

    /// Starts etcd again after it was killed; it finds what it knew.
    ///
    /// # Errors
    /// It runs, or does not start.
    pub fn restart_etcd(&self) -> Result<()> {
        self.etcd().start(Some(self.group))?;
        Ok(())
    }

    /// etcd, to be paused, killed and started again.
    pub fn etcd(&self) -> MutexGuard<'_, Program> {
        lock(&self.etcd)
    }

    /// The API server, likewise.
    pub fn server(&self) -> MutexGuard<'_, Program> {
        lock(&self.server)
    }

    /// Where everything of this hub lies, the logs of its programs too.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that nobody else can look into: it holds keys.
fn new_folder() -> Result<PathBuf> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("placewright-hub-{}-{}", process::id(), MADE.fetch_add(1, Relaxed));
    let folder = env::temp_dir().join(name);
    fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("`{}`", folder.display()))?;
    Ok(folder)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn arguments(flags: &[(&str, &str)]) -> Vec<String> {
    flags.iter().map(|(name, value)| format!("--{name}={value}")).collect()
}

fn etcd_arguments(folder: &Path, port: u16) -> Vec<String> {
    let (data, url) = (folder.join("etcd"), format!("http://127.0.0.1:{port}"));
    arguments(&[
        ("data-dir", &data.to_string_lossy()),
        ("listen-client-urls", &url),
        ("advertise-client-urls", &url),
        // It has no peers.
        ("listen-peer-urls", "http://127.0.0.1:0"),
        ("unsafe-no-fsync", "true"),
        ("log-level", "warn"),
    ])
}

fn server_arguments(folder: &Path, etcd_port: u16, port: u16) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    arguments(&[
        ("etcd-servers", &format!("http://127.0.0.1:{etcd_port}")),
        ("bind-address", "127.0.0.1"),
        ("advertise-address", "127.0.0.1"),
        ("secure-port", &port.to_string()),
        ("tls-cert-file", &path("server.crt")),
        ("tls-private-key-file", &path("server.key")),
        ("client-ca-file", &path("authority.crt")),
        ("authorization-mode", "RBAC"),
        // Nobody makes accounts for the namespaces.
        ("disable-admission-plugins", "ServiceAccount"),
        // As some distributions do: whoever makes an owner undeletable must have a say over it.
        ("enable-admission-plugins", "OwnerReferencesPermissionEnforcement"),
        ("service-account-issuer", "https://hub.invalid"),
        ("service-account-signing-key-file", &path("server.key")),
        ("service-account-key-file", &path("server.crt")),
        ("service-cluster-ip-range", "10.0.0.0/24"),
        ("audit-policy-file", &path(audit::POLICY)),
        ("audit-log-path", &path(audit::LOG)),
        // It is the only one, and nobody looks for its address in the cluster.
        ("endpoint-reconciler-type", "none"),
    ])
}
