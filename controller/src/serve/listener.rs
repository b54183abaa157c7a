//! Connections: TLS, then HTTP/1.1, each in a task of its own, until the process stops.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls_pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::answers::App;
use super::tls::Tls;

/// As many connections as upstream takes requests in flight.
const CONNECTIONS_MAX: usize = 400;
/// How long a client may take for the handshake, and for the head of a request; an idle connection is closed after it.
const PATIENCE: Duration = Duration::from_secs(30);
/// After an accept that failed, for want of file descriptors for example.
const AGAIN: Duration = Duration::from_millis(100);

/// Answers until it is stopped, then lets what is under way end.
pub(crate) async fn serve(listener: TcpListener, tls: Tls, app: Arc<App>, stop: CancellationToken) {
    let acceptor = TlsAcceptor::from(tls.0);
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, place)) = accepted else { continue };
        let (acceptor, app, stop) = (acceptor.clone(), app.clone(), stop.clone());
        connections.spawn(async move {
            connection(stream, acceptor, app, stop).await;
            drop(place);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(problem) => {
            debug!(%problem, "cannot accept a connection");
            sleep(AGAIN).await;
            None
        }
    }
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, app: Arc<App>, stop: CancellationToken) {
    let stream = tokio::select! {
        () = stop.cancelled() => return,
        stream = timeout(PATIENCE, acceptor.accept(stream)) => stream,
    };
    let Ok(Ok(stream)) = stream else { return };
    let certificates: Vec<CertificateDer<'static>> =
        stream.get_ref().1.peer_certificates().unwrap_or_default().iter().map(|it| it.clone().into_owned()).collect();
    let certificates = Arc::new(certificates);
    let service = service_fn(move |request: Request<Incoming>| {
        let (app, certificates) = (app.clone(), certificates.clone());
        async move { Ok::<http::Response<Full<Bytes>>, Infallible>(app.answer(request, &certificates).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests;
