//! Certificates of clients, signed by a CA that the hub names in ConfigMap `kube-system/extension-apiserver-authentication`.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, UnixTime};

use super::User;
use super::subject::user;

/// The CAs whose clients are known by their certificates. Cheap to clone; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientCas {
    verifier: Arc<RwLock<Option<Arc<dyn ClientCertVerifier>>>>,
}

impl ClientCas {
    /// From now on these, in PEM; none at all if it holds none.
    ///
    /// # Errors
    /// It holds something that is no certificate. Then those of before stay.
    pub fn set(&self, pem: &str) -> Result<(), String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|problem| problem.to_string())?;
            roots.add(certificate).map_err(|problem| problem.to_string())?;
        }
        let verifier = match roots.is_empty() {
            true => None,
            false => {
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                Some(builder.build().map_err(|problem| problem.to_string())?)
            }
        };
        *self.verifier.write().unwrap_or_else(PoisonError::into_inner) = verifier;
        Ok(())
    }

    /// The user of the first of these certificates, if a CA signed it, now.
    pub fn user(&self, certificates: &[CertificateDer<'static>]) -> Option<User> {
        let (first, others) = certificates.split_first()?;
        let verifier = self.verifier.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        verifier.verify_client_cert(first, others, UnixTime::now()).ok()?;
        user(first)
    }
}
