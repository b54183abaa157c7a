//! What a write does to what is stored: the rules of the API server, one function a verb.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::merge::merge;
use super::resource::Key;
use super::store::{Change, Stamp, Store};

/// Which object a delete is meant for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// This very object.
    pub uid: Option<String>,
    /// At this very version.
    pub resource_version: Option<String>,
}

impl Preconditions {
    /// Those of a body of `DeleteOptions`, or those in the metadata of an object or patch.
    #[must_use]
    pub fn of(fields: &Value) -> Preconditions {
        let text = |key: &str| fields[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Preconditions { uid: text("uid"), resource_version: text("resourceVersion") }
    }

    /// Both are named.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.uid.is_some() && self.resource_version.is_some()
    }
}

/// A text of an object's metadata.
#[must_use]
pub fn metadata<'o>(object: &'o Value, field: &str) -> &'o str {
    object["metadata"][field].as_str().unwrap_or_default()
}

impl Store {
    /// `POST`. The status of what has one as a resource of its own is dropped.
    ///
    /// # Errors
    /// 409 where it is there already, 400 and 422 for what is no such object.
    pub fn create(&mut self, key: &Key, mut object: Value, stamp: Stamp) -> Result<Arc<Value>, Failure> {
        check(key, &object)?;
        if self.get(key).is_some() {
            return Err(Failure::already_exists(key));
        }
        if !metadata(&object, "resourceVersion").is_empty() {
            return Err(Failure::bad_request("resourceVersion should not be set on objects to be created"));
        }
        let served = key.resource.served();
        if served.status
            && let Value::Object(fields) = &mut object
        {
            fields.remove("status");
        }
        identify(key, &mut object);
        object["metadata"]["uid"] = self.uid().into();
        object["metadata"]["creationTimestamp"] = stamp.time.as_str().into();
        if served.custom {
            object["metadata"]["generation"] = 1.into();
        }
        Ok(self.commit(Change::Added, key.clone(), object, stamp))
    }

    /// `PUT`, of the object or of its status.
    ///
    /// # Errors
    /// 404, 409 where another version stands, 422 where another object stands.
    pub fn replace(&mut self, key: &Key, status: bool, object: Value, stamp: Stamp) -> Result<Arc<Value>, Failure> {
        check(key, &object)?;
        let before = Arc::clone(self.get(key).ok_or_else(|| Failure::not_found(key))?);
        if key.resource.served().custom && metadata(&object, "resourceVersion").is_empty() {
            return Err(Failure::invalid(
                key,
                "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update",
            ));
        }
        self.update(key, status, &before, object, stamp)
    }

    /// `PATCH` by a merge patch, of the object or of its status.
    ///
    /// # Errors
    /// As [`Store::replace`].
    pub fn patch(&mut self, key: &Key, status: bool, patch: &Value, stamp: Stamp) -> Result<Arc<Value>, Failure> {
        let before = Arc::clone(self.get(key).ok_or_else(|| Failure::not_found(key))?);
        let mut object = (*before).clone();
        merge(&mut object, patch);
        self.update(key, status, &before, object, stamp)
    }

    /// `DELETE`. What has finalizers is marked only, and goes with the last of them.
    ///
    /// # Errors
    /// 404, 409 where a precondition does not hold.
    pub fn delete(&mut self, key: &Key, only: &Preconditions, stamp: Stamp) -> Result<Arc<Value>, Failure> {
        let object = Arc::clone(self.get(key).ok_or_else(|| Failure::not_found(key))?);
        for (name, field, wanted) in
            [("UID", "uid", &only.uid), ("ResourceVersion", "resourceVersion", &only.resource_version)]
        {
            let is = metadata(&object, field);
            if let Some(wanted) = wanted.as_deref().filter(|wanted| *wanted != is) {
                let cause =
                    format!("Precondition failed: {name} in precondition: {wanted}, {name} in object meta: {is}");
                return Err(Failure::conflict(key, &cause));
            }
        }
        if !has_finalizers(&object) {
            return Ok(self.commit(Change::Deleted, key.clone(), (*object).clone(), stamp));
        }
        if !metadata(&object, "deletionTimestamp").is_empty() {
            return Ok(object);
        }
        let mut marked = (*object).clone();
        marked["metadata"]["deletionTimestamp"] = stamp.time.as_str().into();
        marked["metadata"]["deletionGracePeriodSeconds"] = 0.into();
        let generation = generation(&object);
        if generation > 0 {
            marked["metadata"]["generation"] = (generation + 1).into();
        }
        Ok(self.commit(Change::Modified, key.clone(), marked, stamp))
    }

    fn update(
        &mut self,
        key: &Key,
        status: bool,
        before: &Value,
        object: Value,
        stamp: Stamp,
    ) -> Result<Arc<Value>, Failure> {
        let named = metadata(&object, "resourceVersion");
        if !named.is_empty() && named != metadata(before, "resourceVersion") {
            return Err(Failure::modified(key));
        }
        let uid = metadata(&object, "uid");
        if !uid.is_empty() && uid != metadata(before, "uid") {
            return Err(Failure::invalid(key, &format!("metadata.uid: Invalid value: {uid:?}: field is immutable")));
        }
        check(key, &object)?;
        let object = merged(key, status, before, object);
        if object == *before {
            // Nothing to write: etcd keeps its version, and nobody hears of it.
            return self.get(key).cloned().ok_or_else(|| Failure::not_found(key));
        }
        if !metadata(&object, "deletionTimestamp").is_empty() && !has_finalizers(&object) {
            return Ok(self.commit(Change::Deleted, key.clone(), object, stamp));
        }
        Ok(self.commit(Change::Modified, key.clone(), object, stamp))
    }
}

/// What is stored of an update: the status alone, or all but the status; the server's own fields stay.
fn merged(key: &Key, status: bool, before: &Value, object: Value) -> Value {
    let served = key.resource.served();
    if status {
        let mut after = before.clone();
        put(&mut after, "status", object.get("status"));
        return after;
    }
    let mut after = object;
    identify(key, &mut after);
    for field in ["uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp"] {
        let stays = before["metadata"].get(field).cloned();
        put(&mut after["metadata"], field, stays.as_ref());
    }
    if served.status {
        put(&mut after, "status", before.get("status"));
    }
    let content = |o: &Value| {
        let fields = o.as_object().into_iter().flatten().filter(|(k, _)| *k != "metadata" && *k != "status");
        fields.map(|(k, v)| (k.clone(), v.clone())).collect::<Map<_, _>>()
    };
    if served.custom && content(&after) != content(before) {
        after["metadata"]["generation"] = (generation(before) + 1).into();
    }
    after
}

fn put(object: &mut Value, field: &str, value: Option<&Value>) {
    match (object, value) {
        (Value::Object(fields), None) => drop(fields.remove(field)),
        (object, Some(value)) => object[field] = value.clone(),
        (_, None) => {}
    }
}

fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or(0)
}

fn has_finalizers(object: &Value) -> bool {
    object["metadata"]["finalizers"].as_array().is_some_and(|f| !f.is_empty())
}

/// Writes kind, namespace and name as they are served.
fn identify(key: &Key, object: &mut Value) {
    let served = key.resource.served();
    object["apiVersion"] = served.api_version().into();
    object["kind"] = served.kind.into();
    object["metadata"]["name"] = key.name.as_str().into();
    if served.namespaced {
        object["metadata"]["namespace"] = key.namespace.as_str().into();
    }
}

/// The longest note of an event that is taken, in bytes.
const NOTE_MAX: usize = 1024;

fn check(key: &Key, object: &Value) -> Result<(), Failure> {
    if !object.is_object() || !object["metadata"].is_object() {
        return Err(Failure::bad_request("the object provided is unrecognized"));
    }
    let served = key.resource.served();
    let said = (object.get("apiVersion"), object.get("kind"));
    if said != (Some(&json!(served.api_version())), Some(&json!(served.kind))) {
        return Err(Failure::bad_request("the API version in the data does not match the expected API version"));
    }
    let name = metadata(object, "name");
    if name != key.name {
        let message = format!("the name of the object ({name}) does not match the name on the URL ({})", key.name);
        return Err(Failure::bad_request(&message));
    }
    let namespace = metadata(object, "namespace");
    if !namespace.is_empty() && namespace != key.namespace {
        return Err(Failure::bad_request("the namespace of the provided object does not match the namespace sent"));
    }
    match &object["note"] {
        Value::String(note) if note.len() > NOTE_MAX => {
            Err(Failure::invalid(key, "note: Invalid value: can have at most 1024 bytes"))
        }
        _ => Ok(()),
    }
}
