//! Answers that are no: `Status` bodies as Kubernetes writes them.

use serde_json::{Map, Value, json};

use super::resource::{Key, Resource};

/// A request that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The HTTP status.
    pub code: u16,
    /// The machine's word for it.
    pub reason: &'static str,
    /// For people.
    pub message: String,
    /// What it is about.
    pub details: Value,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
    /// Where an expired list could be continued, inconsistently.
    pub resume: Option<String>,
}

impl Failure {
    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Failure {
        Failure { code, reason, message: message.into(), details: Value::Null, retry_after: None, resume: None }
    }

    fn about(resource: Resource, name: &str, code: u16, reason: &'static str, message: String) -> Failure {
        let served = resource.served();
        let mut details = Map::new();
        details.insert("name".to_owned(), name.into());
        if !served.group.is_empty() {
            details.insert("group".to_owned(), served.group.into());
        }
        details.insert("kind".to_owned(), served.plural.into());
        Failure { details: Value::Object(details), ..Failure::new(code, reason, message) }
    }

    /// 404 for an object.
    #[must_use]
    pub fn not_found(key: &Key) -> Failure {
        let message = format!("{} {:?} not found", key.resource.served().qualified(), key.name);
        Failure::about(key.resource, &key.name, 404, "NotFound", message)
    }

    /// 404 for a path.
    #[must_use]
    pub fn no_such_path() -> Failure {
        Failure::new(404, "NotFound", "the server could not find the requested resource")
    }

    /// 409 for a create.
    #[must_use]
    pub fn already_exists(key: &Key) -> Failure {
        let message = format!("{} {:?} already exists", key.resource.served().qualified(), key.name);
        Failure::about(key.resource, &key.name, 409, "AlreadyExists", message)
    }

    /// 409 for a change, with the cause.
    #[must_use]
    pub fn conflict(key: &Key, cause: &str) -> Failure {
        let qualified = key.resource.served().qualified();
        let message = format!("Operation cannot be fulfilled on {qualified} {:?}: {cause}", key.name);
        Failure::about(key.resource, &key.name, 409, "Conflict", message)
    }

    /// 409: the version that was named is not the one that stands.
    #[must_use]
    pub fn modified(key: &Key) -> Failure {
        let cause = "the object has been modified; please apply your changes to the latest version and try again";
        Failure::conflict(key, cause)
    }

    /// 422: the object may not look like that.
    #[must_use]
    pub fn invalid(key: &Key, what: &str) -> Failure {
        let served = key.resource.served();
        let kind =
            if served.group.is_empty() { served.kind.to_owned() } else { format!("{}.{}", served.kind, served.group) };
        let message = format!("{kind} {:?} is invalid: {what}", key.name);
        Failure::about(key.resource, &key.name, 422, "Invalid", message)
    }

    /// 422: options of a list or watch that do not go together.
    #[must_use]
    pub fn invalid_options(what: &str) -> Failure {
        let message = format!("ListOptions.meta.k8s.io \"\" is invalid: {what}");
        let details = json!({ "group": "meta.k8s.io", "kind": "ListOptions" });
        Failure { details, ..Failure::new(422, "Invalid", message) }
    }

    /// 400.
    #[must_use]
    pub fn bad_request(message: &str) -> Failure {
        Failure::new(400, "BadRequest", message)
    }

    /// 405.
    #[must_use]
    pub fn not_allowed() -> Failure {
        Failure::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    /// 415.
    #[must_use]
    pub fn unsupported(media: &str) -> Failure {
        let known = "application/merge-patch+json";
        let message =
            format!("the body of the request was in an unknown format - accepted media types include: {known}");
        Failure::new(415, "UnsupportedMediaType", format!("{message}, not {media}"))
    }

    /// 410 for a watch.
    #[must_use]
    pub fn watch_expired(from: u64, oldest: u64) -> Failure {
        Failure::new(410, "Expired", format!("too old resource version: {from} ({oldest})"))
    }

    /// 410 for a list.
    #[must_use]
    pub fn list_expired() -> Failure {
        Failure::new(410, "Expired", "The resourceVersion for the provided list is too old.")
    }

    /// 410 for the next page of a list.
    #[must_use]
    pub fn page_expired(resume: String) -> Failure {
        let message = "The provided continue parameter is too old to display a consistent list result. You can start \
                       a new list without the continue parameter, or use the continue token in this response.";
        Failure { resume: Some(resume), ..Failure::new(410, "Expired", message) }
    }

    /// 504: what was asked for is newer than what is known here.
    #[must_use]
    pub fn too_large(wanted: u64, current: u64) -> Failure {
        let message = format!("Timeout: Too large resource version: {wanted}, current: {current}");
        let cause = json!({ "reason": "ResourceVersionTooLarge", "message": "Too large resource version" });
        let details = json!({ "causes": [cause], "retryAfterSeconds": 1 });
        Failure { details, retry_after: Some(1), ..Failure::new(504, "Timeout", message) }
    }

    /// 429.
    #[must_use]
    pub fn too_many(retry_after: u64) -> Failure {
        let details = json!({ "retryAfterSeconds": retry_after });
        let message = "the server has received too many requests and has asked us to try again later";
        Failure { details, retry_after: Some(retry_after), ..Failure::new(429, "TooManyRequests", message) }
    }

    /// 500.
    #[must_use]
    pub fn internal() -> Failure {
        let details = json!({ "causes": [{ "message": "etcdserver: request timed out" }] });
        Failure {
            details,
            ..Failure::new(500, "InternalError", "Internal error occurred: etcdserver: request timed out")
        }
    }

    /// 503.
    #[must_use]
    pub fn unavailable() -> Failure {
        Failure::new(503, "ServiceUnavailable", "the server is currently unable to handle the request")
    }

    /// The `Status` object.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut metadata = Map::new();
        if let Some(resume) = &self.resume {
            metadata.insert("continue".to_owned(), resume.as_str().into());
        }
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
            "message": self.message, "reason": self.reason, "code": self.code,
        });
        if !self.details.is_null() {
            body["details"] = self.details.clone();
        }
        body
    }
}
