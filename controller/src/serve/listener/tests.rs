//! Real connections on loopback: what TLS is spoken, which certificate is shown, who is known by one.

use std::net::SocketAddr;

use futures::future::BoxFuture;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::handshake;
use kube::Client;
use kube::client::Body as KubeBody;
use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use scheduler_core::PlacementKey;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::hub::View;
use crate::process::{Spoken, spoken};
use crate::serve::answers::Looks;
use crate::serve::auth::{ClientCas, Guard, Reviews};
use crate::serve::tls::{Certificate, Source};

struct Nothing;

impl Looks for Nothing {
    fn is_ready(&self) -> bool {
        true
    }

    fn look(&self, _: Option<PlacementKey>) -> BoxFuture<'_, Option<View>> {
        Box::pin(async { None })
    }
}

/// A server of its own for one test.
struct Server {
    at: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
    certificate: Certificate,
    cas: ClientCas,
}

impl Server {
    async fn start(spoken: &Spoken) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let certificate = Certificate::self_signed("hub").unwrap();
        let tls = Tls::new(certificate.clone(), spoken).unwrap();
        let nobody = |_: Request<KubeBody>| async {
            let denied = r#"{"metadata":{},"spec":{},"status":{"allowed":false}}"#;
            Ok::<_, Infallible>(http::Response::new(Full::from(denied)))
        };
        let cas = ClientCas::default();
        let reviews = Reviews(Client::new(tower::service_fn(nobody), "default"));
        let guard = Guard::new(reviews, cas.clone(), true, true);
        let app = Arc::new(App { metrics: Arc::default(), hub: Arc::new(Nothing), guard });
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(listener, tls, app, stop.clone()));
        Server { at, stop, task, certificate, cas }
    }

    async fn connect(&self, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.at).await?;
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(ServerName::try_from("localhost").unwrap(), stream).await
    }

    /// The code and the body that a path is answered with.
    async fn get(&self, config: ClientConfig, path: &str) -> (u16, String) {
        let stream = self.connect(config).await.unwrap();
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = Request::get(path).header("host", "localhost").body(Empty::<Bytes>::new()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let code = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        drop(sender);
        connection.await.unwrap().unwrap();
        (code, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Takes any server, as a probe does.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A client that speaks these versions, and shows this certificate.
fn client(
    versions: &[&'static rustls::SupportedProtocolVersion],
    shows: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>,
) -> ClientConfig {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting));
    match shows {
        Some((certificate, key)) => config.with_client_auth_cert(vec![certificate], key).unwrap(),
        None => config.with_no_client_auth(),
    }
}

fn of_any_version() -> ClientConfig {
    client(rustls::ALL_VERSIONS, None)
}

fn peer(stream: &TlsStream<TcpStream>) -> &ClientConnection {
    stream.get_ref().1
}

#[tokio::test]
async fn versions() {
    for (min, spoken_12) in [("VersionTLS12", true), ("VersionTLS13", false)] {
        let server = Server::start(&spoken(min, &[]).unwrap()).await;
        let stream = server.connect(of_any_version()).await.unwrap();
        assert_eq!(peer(&stream).protocol_version(), Some(ProtocolVersion::TLSv1_3));
        drop(stream);
        let old = server.connect(client(&[&rustls::version::TLS12], None)).await;
        assert_eq!(old.is_ok(), spoken_12, "{min}");
        drop(old);
        server.end().await;
    }
}

#[tokio::test]
async fn suites() {
    let name = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    let server = Server::start(&spoken("", &[name.to_owned()]).unwrap()).await;
    let stream = server.connect(client(&[&rustls::version::TLS12], None)).await.unwrap();
    assert_eq!(peer(&stream).negotiated_cipher_suite().unwrap().suite().as_str(), Some(name));
    drop(stream);
    let none = Server::start(&spoken("", &["TLS_AES_128_GCM_SHA256".to_owned()]).unwrap()).await;
    assert!(none.connect(client(&[&rustls::version::TLS12], None)).await.is_err());
    assert!(none.connect(of_any_version()).await.is_ok());
    none.end().await;
    server.end().await;
}

#[tokio::test]
async fn http_1_1_alone() {
    let server = Server::start(&spoken("", &[]).unwrap()).await;
    let mut config = of_any_version();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = server.connect(config).await.unwrap();
    assert_eq!(peer(&stream).alpn_protocol(), Some(&b"http/1.1"[..]));
    drop(stream);
    assert_eq!(server.get(of_any_version(), "/healthz").await, (200, "ok".to_owned()));
    server.end().await;
}

#[tokio::test]
async fn a_certificate_that_changes() {
    let folder = std::env::temp_dir().join(format!("placewright-serving-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let source = Source { certificate: folder.join("tls.crt"), key: folder.join("tls.key") };
    let server = Server::start(&spoken("", &[]).unwrap()).await;
    let shown = async || {
        let stream = server.connect(of_any_version()).await.unwrap();
        peer(&stream).peer_certificates().unwrap()[0].to_vec()
    };
    let made_up = shown().await;
    assert!(server.certificate.load(&source).unwrap_err().contains("tls.crt"));
    let mut last = made_up.clone();
    for _ in 0..2 {
        let made = rcgen::generate_simple_self_signed(["hub".to_owned()]).unwrap();
        std::fs::write(&source.certificate, made.cert.pem()).unwrap();
        // One file is new, the other not yet.
        assert!(server.certificate.load(&source).is_err());
        assert_eq!(shown().await, last);
        std::fs::write(&source.key, made.signing_key.serialize_pem()).unwrap();
        assert_eq!(server.certificate.load(&source), Ok(true));
        assert_eq!(server.certificate.load(&source), Ok(false));
        last = made.cert.der().to_vec();
        assert_eq!(shown().await, last);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    server.end().await;
}

#[tokio::test]
async fn known_by_a_certificate() {
    let server = Server::start(&spoken("", &[]).unwrap()).await;
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "admin");
    params.distinguished_name.push(DnType::OrganizationName, "system:masters");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    let shows = || {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        client(rustls::ALL_VERSIONS, Some((certificate.der().clone(), key)))
    };
    // Nobody knows that CA yet: its clients are let in as anybody.
    let (code, text) = server.get(shows(), "/metrics").await;
    assert_eq!((code, text.contains("system:anonymous")), (403, true), "{text}");
    server.cas.set(&ca.pem()).unwrap();
    assert_eq!(server.get(shows(), "/metrics").await.0, 200);
    assert_eq!(server.get(of_any_version(), "/metrics").await.0, 403);
    assert!(server.cas.set("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
    assert_eq!(server.get(shows(), "/metrics").await.0, 200, "those of before stay");
    server.end().await;
}

#[tokio::test]
async fn idle_connections_do_not_keep_it_from_ending() {
    let server = Server::start(&spoken("", &[]).unwrap()).await;
    let stream = server.connect(of_any_version()).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get("/healthz").header("host", "localhost").body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    server.end().await;
    connection.await.unwrap().unwrap();
}
