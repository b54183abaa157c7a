//! TokenReview and SubjectAccessReview: what the hub says of somebody.

use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec, TokenReviewStatus};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::PostParams;
use kube::{Api, Client};

use super::{User, Verdict, Wish};

/// Asks the hub.
#[derive(Clone)]
pub(crate) struct Reviews(pub Client);

impl std::fmt::Debug for Reviews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reviews")
    }
}

impl Reviews {
    /// Whose token this is; `None`: nobody's.
    ///
    /// # Errors
    /// The hub does not say.
    pub async fn token(&self, token: &str) -> Result<Option<User>, String> {
        let spec = TokenReviewSpec { token: Some(token.to_owned()), audiences: None };
        let review = TokenReview { spec, ..TokenReview::default() };
        let api = Api::<TokenReview>::all(self.0.clone());
        let answer = api.create(&PostParams::default(), &review).await.map_err(|problem| problem.to_string())?;
        Ok(answer.status.and_then(user))
    }

    /// Whether somebody may do something.
    ///
    /// # Errors
    /// The hub does not say.
    pub async fn access(&self, user: &User, wish: &Wish) -> Result<Verdict, String> {
        let mut spec = SubjectAccessReviewSpec {
            user: Some(user.name.clone()),
            uid: Some(user.uid.clone()).filter(|uid| !uid.is_empty()),
            groups: Some(user.groups.clone()),
            extra: Some(user.extra.clone()).filter(|extra| !extra.is_empty()),
            ..SubjectAccessReviewSpec::default()
        };
        match wish {
            Wish::Path { path, verb } => {
                let attributes = NonResourceAttributes { path: Some(path.clone()), verb: Some(verb.clone()) };
                spec.non_resource_attributes = Some(attributes);
            }
            Wish::Placements { namespace, verb } => {
                spec.resource_attributes = Some(ResourceAttributes {
                    group: Some("cluster.open-cluster-management.io".to_owned()),
                    version: Some("v1beta1".to_owned()),
                    resource: Some("placements".to_owned()),
                    namespace: Some(namespace.clone()),
                    verb: Some((*verb).to_owned()),
                    ..ResourceAttributes::default()
                });
            }
        }
        let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
        let api = Api::<SubjectAccessReview>::all(self.0.clone());
        let answer = api.create(&PostParams::default(), &review).await.map_err(|problem| problem.to_string())?;
        let status = answer.status.unwrap_or_default();
        Ok(Verdict { allowed: status.allowed, reason: status.reason.unwrap_or_default() })
    }
}

fn user(status: TokenReviewStatus) -> Option<User> {
    let user = status.user.filter(|_| status.authenticated == Some(true))?;
    let mut groups = user.groups.unwrap_or_default();
    let authenticated = "system:authenticated";
    if !groups.iter().any(|group| group == authenticated) {
        groups.push(authenticated.to_owned());
    }
    let name = user.username.unwrap_or_default();
    Some(User { name, uid: user.uid.unwrap_or_default(), groups, extra: user.extra.unwrap_or_default() })
}
