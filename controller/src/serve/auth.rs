//! Who may ask what: the hub is asked who somebody is and what they may, and its answers are kept for a while (§17.3).

mod cache;
mod client_ca;
mod review;
mod subject;

use std::collections::BTreeMap;

pub(crate) use client_ca::ClientCas;
pub(crate) use review::Reviews;

use self::cache::Cache;

/// The group that may do all.
const MASTERS: &str = "system:masters";
/// Who always reads metrics.
const PROMETHEUS: &str = "system:serviceaccount:openshift-monitoring:prometheus-k8s";

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct User {
    /// E.g. `system:serviceaccount:NAMESPACE:NAME`.
    pub name: String,
    /// What the authenticator calls it.
    pub uid: String,
    /// All it is in.
    pub groups: Vec<String>,
    /// What else the authenticator says.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl User {
    /// Somebody who shows nothing.
    pub fn anonymous() -> User {
        User {
            name: "system:anonymous".to_owned(),
            groups: vec!["system:unauthenticated".to_owned()],
            ..User::default()
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wish {
    /// A request for a path, by its method in small letters.
    Path { path: String, verb: String },
    /// Something with the Placements of a namespace.
    Placements { namespace: String, verb: &'static str },
}

/// What the hub says of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub allowed: bool,
    /// For people; may be empty.
    pub reason: String,
}

/// What somebody shows of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// The certificates of the connection, the client's first; their owner has proven to have the key.
    pub certificates: Vec<rustls_pki_types::CertificateDer<'static>>,
    /// A bearer token.
    pub token: Option<String>,
}

/// Somebody who shows something that is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unauthorized;

/// Asks the hub, and keeps its answers.
#[derive(Debug)]
pub(crate) struct Guard {
    reviews: Reviews,
    client_cas: ClientCas,
    /// Off by `--config`: everybody is anonymous.
    authenticates: bool,
    /// Off by `--config`: everybody may do all.
    authorizes: bool,
    users: Cache<String, Option<User>>,
    verdicts: Cache<(User, Wish), Verdict>,
}

impl Guard {
    /// One that asks, unless `--config` says not to.
    pub fn new(reviews: Reviews, client_cas: ClientCas, authenticates: bool, authorizes: bool) -> Guard {
        let (users, verdicts) = (Cache::default(), Cache::default());
        Guard { reviews, client_cas, authenticates, authorizes, users, verdicts }
    }

    /// Who asks. A certificate goes before a token; nothing shown is somebody anonymous.
    ///
    /// # Errors
    /// What is shown is not good, or could not be judged.
    pub async fn authenticate(&self, shown: &Shown) -> Result<User, Unauthorized> {
        if !self.authenticates {
            return Ok(User::anonymous());
        }
        if let Some(user) = self.client_cas.user(&shown.certificates) {
            return Ok(user);
        }
        let Some(token) = &shown.token else { return Ok(User::anonymous()) };
        if let Some(known) = self.users.get(token) {
            return known.ok_or(Unauthorized);
        }
        match self.reviews.token(token).await {
            Ok(user) => {
                self.users.put(token.clone(), user.clone());
                user.ok_or(Unauthorized)
            }
            Err(problem) => {
                tracing::warn!("cannot review a token: {problem}");
                Err(Unauthorized)
            }
        }
    }

    /// Whether somebody may do something.
    ///
    /// # Errors
    /// The hub does not say.
    pub async fn authorize(&self, user: &User, wish: &Wish) -> Result<Verdict, String> {
        if self.is_always_allowed(user, wish) {
            return Ok(Verdict { allowed: true, reason: String::new() });
        }
        let key = (user.clone(), wish.clone());
        if let Some(known) = self.verdicts.get(&key) {
            return Ok(known);
        }
        let verdict = self.reviews.access(user, wish).await?;
        self.verdicts.put(key, verdict.clone());
        Ok(verdict)
    }

    fn is_always_allowed(&self, user: &User, wish: &Wish) -> bool {
        let reads_metrics = matches!(wish, Wish::Path { path, verb } if path == "/metrics" && verb == "get");
        let is_master = user.groups.iter().any(|group| group == MASTERS);
        !self.authorizes || is_master || (reads_metrics && user.name == PROMETHEUS)
    }
}
