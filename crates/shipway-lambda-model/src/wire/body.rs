//! A request's JSON body, taken apart member by member.
//!
//! AWS ignores members that it does not know. This stand-in refuses them: a member that has no effect here would let a
//! deployer believe that it had.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;

pub(crate) struct Body(Map<String, Value>);

impl Body {
    /// An empty body is an empty object; members that are null count as not sent.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        let mut members: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|error| ApiError::malformed_body(&error.to_string()))?;
        members.retain(|_, value| !value.is_null());
        Ok(Self(members))
    }

    pub(crate) fn take<T: DeserializeOwned>(&mut self, member: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.remove(member) else {
            return Ok(None);
        };
        serde_json::from_value(value).map(Some).map_err(|error| serialization(&format!("{member}: {error}")))
    }

    /// A structure, itself to be taken apart; not sent, it is empty.
    pub(crate) fn take_object(&mut self, member: &str) -> Result<Self, ApiError> {
        let mut members: Map<String, Value> = self.take(member)?.unwrap_or_default();
        members.retain(|_, value| !value.is_null());
        Ok(Self(members))
    }

    /// A blob in base64.
    pub(crate) fn take_blob(&mut self, member: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let Some(text) = self.take::<String>(member)? else {
            return Ok(None);
        };
        STANDARD.decode(text).map(Some).map_err(|error| serialization(&format!("{member}: {error}")))
    }

    pub(crate) fn flag(&mut self, member: &str) -> Result<bool, ApiError> {
        Ok(self.take::<bool>(member)?.unwrap_or(false))
    }

    /// The listed members as one value.
    pub(crate) fn take_all<T: DeserializeOwned>(&mut self, members: &[&str]) -> Result<T, ApiError> {
        let mut taken = Map::new();
        for member in members {
            if let Some(value) = self.0.remove(*member) {
                taken.insert((*member).to_owned(), value);
            }
        }
        serde_json::from_value(Value::Object(taken)).map_err(|error| serialization(&error.to_string()))
    }

    /// Whatever is left, for operations that only record it.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self, operation: &str) -> Result<(), ApiError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(member) => Err(ApiError::not_implemented(&format!("the member {member} of {operation}"))),
        }
    }
}

fn serialization(detail: &str) -> ApiError {
    ApiError::new(400, "SerializationException", detail)
}
