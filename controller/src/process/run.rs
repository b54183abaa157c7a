//! A process from its start to its end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};
use plugin_host::Host;
use scheduler_core::Profiles;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::files::{self, LOOK_EVERY};
use super::flags::Flags;
use super::plan::{self, Place, Plan, Role};
use super::{config, logs};
use crate::connect::{Access, Hub};
use crate::hub::{Controller, Ended, Files, Settings, SystemClock};
use crate::metrics::Metrics;
use crate::preflight::Budget;
use crate::serve::{App, Certificate, ClientCas, Guard, Reviews, Source, Tls, serve};
use crate::sources::{self, Filed};

/// How often the hub is asked whose certificates are known.
const CAS_EVERY: Duration = Duration::from_secs(60);
/// The exit code of a process that could not start.
const FATAL: u8 = 255;

/// Runs until it is asked to end, or has to.
///
/// # Errors
/// Flags contradict each other: a mistake of usage.
pub(crate) fn run(role: Role, flags: &Flags, profiles: Profiles) -> Result<ExitCode, String> {
    plan::check_usage(flags)?;
    logs::begin(flags.logging_format, flags.v);
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(process(role, flags, profiles));
            // Whoever still answers somebody has had its time.
            runtime.shutdown_timeout(Duration::from_secs(1));
            ended
        }
        Err(problem) => Err(problem.to_string()),
    };
    Ok(match ended {
        Ok(why) => {
            info!("ended: {why}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            error!("{problem}");
            ExitCode::from(FATAL)
        }
    })
}

/// Starts all parts, and ends them.
async fn process(role: Role, flags: &Flags, profiles: Profiles) -> Result<&'static str, String> {
    // First, so that nobody asks in vain.
    let stop = CancellationToken::new();
    tokio::spawn(ask_to_end(flags.terminate_on_files.iter().map(PathBuf::from).collect(), stop.clone())?);
    let place = Place::here();
    let plan = Plan::new(role, flags, config::Config::read(&flags.config)?, &place)?;
    plan.warnings.iter().for_each(|warning| warn!("{warning}"));
    let plugin_files = plugins_in(flags.plugins.clone()).await?;
    let metrics = Arc::new(Metrics::new());
    let client = client(&flags.kubeconfig, &metrics).await?;
    let namespace = plan.namespace.clone().unwrap_or_else(|| client.default_namespace().to_owned());
    let settings = Settings {
        namespace,
        hostname: place.hostname.clone(),
        profiles,
        files: plugin_files,
        budget: Budget { percent: flags.preflight_budget },
        mode: role.mode(),
        candidate: plan.candidate.clone(),
        rate: plan.rate,
    };
    let (controller, handle) = Controller::new(client.clone(), settings, metrics.clone(), Arc::new(SystemClock));
    let client_cas = ClientCas::default();
    let guard = Guard::new(Reviews(client.clone()), client_cas.clone(), plan.authenticates, plan.authorizes);
    let app = Arc::new(App { metrics, hub: Arc::new(handle), guard });
    let serving = start_serving(&plan, &place.hostname, app, stop.child_token()).await?;
    let background = stop.child_token();
    tokio::spawn(background.clone().run_until_cancelled_owned(keep_client_cas(client, plan.client_ca, client_cas)));

    // Once asked to end it does within seconds, by limits of its own: cut short here, it would keep its lease.
    let ended = tokio::spawn(controller.run(stop.clone())).await;
    stop.cancel();
    // What is being answered is answered.
    let _ = timeout(Duration::from_secs(2), serving).await;
    match ended {
        Ok(Ok(Ended::Stopped)) => Ok("asked to"),
        Ok(Ok(Ended::LeaseLost)) => Ok("somebody else holds the lease"),
        Ok(Err(problem)) => Err(format!("{problem:#}")),
        Err(panicked) => Err(format!("the controller failed: {panicked}")),
    }
}

/// The plugins in files that the process is started with.
async fn plugins_in(path: String) -> Result<Files, String> {
    if path.is_empty() {
        return Ok(Files::default());
    }
    let path = PathBuf::from(path);
    let load = move || {
        let host = Host::new(false).map_err(|problem| problem.to_string())?;
        let all = Filed::all(&path).and_then(|all| Ok((sources::load(&host, &all)?, all)));
        let (loaded, all) = all.map_err(|problems| {
            format!("--plugins: {}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        Ok(Files { path: Some(path), loaded: all.into_iter().zip(loaded).collect() })
    };
    // Compiling takes its time.
    spawn_blocking(load).await.map_err(|panicked| format!("loading plugins failed: {panicked}"))?
}

/// The hub's client: of a kubeconfig, or of the pod. It sends nothing a second time by itself: whether a write may still
/// be sent is for the fence to say.
async fn client(kubeconfig: &str, metrics: &Metrics) -> Result<Client, String> {
    let hub = match kubeconfig {
        "" => Hub::of_the_pod().map_err(|problem| format!("no --kubeconfig, and not in a cluster: {problem:#}"))?,
        path => {
            let access = Access { kubeconfig: Some(path.into()), context: None };
            access.hub().await.map_err(|problem| format!("--kubeconfig {path}: {problem:#}"))?
        }
    };
    hub.counted(metrics).map_err(|problem| format!("{problem:#}"))
}

/// Opens the port, and answers until it is stopped.
async fn start_serving(
    plan: &Plan,
    hostname: &str,
    app: Arc<App>,
    stop: CancellationToken,
) -> Result<tokio::task::JoinHandle<()>, String> {
    let certificate = Certificate::self_signed(hostname)?;
    let (source, must) = plan.certificate.clone();
    match certificate.load(&source) {
        Err(problem) if must => return Err(problem),
        Err(problem) => info!("serving with a certificate that nobody signed: {problem}"),
        Ok(_) => {}
    }
    let tls = Tls::new(certificate.clone(), &plan.spoken)?;
    let listener = TcpListener::bind(plan.listen).await;
    let listener = listener.map_err(|problem| format!("--listen {}: {problem}", plan.listen))?;
    let at = listener.local_addr().unwrap_or(plan.listen);
    info!(%at, "serving HTTPS");
    tokio::spawn(stop.clone().run_until_cancelled_owned(keep_certificate(certificate, source)));
    Ok(tokio::spawn(serve(listener, tls, app, stop)))
}

/// Shows a new certificate as soon as its files are there.
async fn keep_certificate(certificate: Certificate, source: Source) {
    let mut told = String::new();
    loop {
        sleep(LOOK_EVERY).await;
        match certificate.load(&source) {
            Ok(true) => info!("serving with a new certificate"),
            Ok(false) => {}
            // Not there is no news; said once else, as files are replaced one after the other.
            Err(problem) if source.certificate.exists() && problem != told => {
                warn!("the certificate stays as it is: {problem}");
                told = problem;
            }
            Err(_) => {}
        }
    }
}

/// Keeps the CAs of clients as the hub and the file have them.
async fn keep_client_cas(client: Client, file: Option<PathBuf>, cas: ClientCas) {
    let maps: Api<ConfigMap> = Api::namespaced(client, "kube-system");
    let mut told = None;
    loop {
        let map = maps.get_opt("extension-apiserver-authentication").await;
        let problem = match map {
            Ok(map) => {
                let mut pem = map.and_then(|map| map.data?.remove("client-ca-file")).unwrap_or_default();
                if let Some(file) = &file {
                    pem += "\n";
                    pem += &std::fs::read_to_string(file).unwrap_or_default();
                }
                cas.set(&pem).err()
            }
            Err(problem) => Some(problem.to_string()),
        };
        if problem != told {
            if let Some(problem) = &problem {
                warn!("clients are not known by their certificates: {problem}");
            }
            told = problem;
        }
        sleep(CAS_EVERY).await;
    }
}

/// Waits for SIGTERM, SIGINT or a change of a file; a second signal ends the process at once.
fn ask_to_end(
    watched: Vec<PathBuf>,
    stop: CancellationToken,
) -> Result<impl Future<Output = ()> + Send + 'static, String> {
    let open = |kind| signal(kind).map_err(|problem| problem.to_string());
    let (mut term, mut int) = (open(SignalKind::terminate())?, open(SignalKind::interrupt())?);
    Ok(async move {
        let why = tokio::select! {
            _ = term.recv() => "SIGTERM".to_owned(),
            _ = int.recv() => "SIGINT".to_owned(),
            file = files::changed(watched) => format!("{} changed", file.display()),
        };
        info!("ending: {why}");
        stop.cancel();
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        std::process::exit(1);
    })
}

#[cfg(test)]
mod tests;
