//! The server's side of TLS: its certificate, from files that may change or made up, and what is spoken.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use crate::process::Spoken;

/// Where a certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// In PEM.
    pub certificate: PathBuf,
    /// In PEM.
    pub key: PathBuf,
}

/// The certificate that is shown. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    provider: Arc<CryptoProvider>,
    shown: Arc<RwLock<Shown>>,
}

#[derive(Debug)]
struct Shown {
    key: Arc<CertifiedKey>,
    /// The bytes of the files it was made of.
    files: Option<(Vec<u8>, Vec<u8>)>,
}

impl Certificate {
    /// One for this host that nobody signed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn self_signed(hostname: &str) -> Result<Certificate, String> {
        let names = vec![hostname.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).map_err(|problem| problem.to_string())?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(str::to_owned)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = certified(vec![made.cert.der().clone()], key, &provider)?;
        Ok(Certificate { provider, shown: Arc::new(RwLock::new(Shown { key: Arc::new(key), files: None })) })
    }

    /// Shows what the files hold, unless it is shown already. Whether it was not.
    ///
    /// # Errors
    /// They cannot be read, or do not belong together. Then what was shown before is shown on.
    pub fn load(&self, source: &Source) -> Result<bool, String> {
        let read = |path: &PathBuf| std::fs::read(path).map_err(|problem| format!("{}: {problem}", path.display()));
        let files = (read(&source.certificate)?, read(&source.key)?);
        if self.shown.read().unwrap_or_else(PoisonError::into_inner).files.as_ref() == Some(&files) {
            return Ok(false);
        }
        let wrong = |path: &PathBuf, problem: rustls_pki_types::pem::Error| format!("{}: {problem}", path.display());
        let chain = CertificateDer::pem_slice_iter(&files.0).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|problem| wrong(&source.certificate, problem))?;
        let key = PrivateKeyDer::from_pem_slice(&files.1).map_err(|problem| wrong(&source.key, problem))?;
        let key = Arc::new(certified(chain, key, &self.provider)?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Shown { key, files: Some(files) };
        Ok(true)
    }
}

fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, String> {
    if chain.is_empty() {
        return Err("there is no certificate in it".to_owned());
    }
    CertifiedKey::from_der(chain, key, provider).map_err(|problem| problem.to_string())
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.read().unwrap_or_else(PoisonError::into_inner).key.clone())
    }
}

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Tls(pub Arc<ServerConfig>);

impl Tls {
    /// Shows this certificate and speaks what is asked for; HTTP/1.1 alone (§17.3).
    ///
    /// # Errors
    /// Nothing can be spoken so.
    pub fn new(certificate: Certificate, spoken: &Spoken) -> Result<Tls, String> {
        let provider = CryptoProvider { cipher_suites: spoken.suites.clone(), ..(*certificate.provider).clone() };
        let asks = Arc::new(AsksForCertificates(provider.signature_verification_algorithms));
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&spoken.versions)
            .map_err(|problem| problem.to_string())?;
        let mut config = config.with_client_cert_verifier(asks).with_cert_resolver(Arc::new(certificate));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(Arc::new(config)))
    }
}

/// Takes whatever certificate a client shows, if it proves to have its key: who signed it is judged with each request, as
/// somebody whose certificate is not known here may still show a token.
#[derive(Debug)]
struct AsksForCertificates(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AsksForCertificates {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
