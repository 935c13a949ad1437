//! The code of a function as the control plane sees it: a hash, sizes and where it is kept, never the bytes.
//!
//! Fetching and opening a zip is I/O, so the caller does it and puts the outcome into the request as [`Code::Package`] or
//! [`Code::Refused`].

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;

/// Largest zip in a request, in bytes.
pub const ZIPPED_LIMIT: u64 = 52_428_800;
/// Largest unzipped size, in bytes.
pub const UNZIPPED_LIMIT: u64 = 262_144_000;
/// Largest request, in bytes.
pub const REQUEST_LIMIT: u64 = 70_167_211;

/// Where a request's code comes from, before and after it was resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Code {
    /// The request names none.
    #[default]
    Absent,
    /// Zip bytes from the request.
    Zip(Vec<u8>),
    /// An object to be fetched.
    Object(ObjectReference),
    /// An image, which needs no fetching here: its digest must stand in the reference.
    Image(String),
    /// Resolved: what the bytes are.
    Package(Package),
    /// Resolved: why they cannot be had.
    Refused(CodeRefusal),
}

/// An object in S3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectReference {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version, if one was asked for.
    pub version: Option<String>,
}

/// Why code was refused before the control plane looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeRefusal {
    /// S3 answered with an error of its own.
    Object {
        /// S3's code, such as `NoSuchKey`.
        code: String,
        /// S3's text.
        message: String,
    },
    /// The bytes are no zip, or one that cannot be opened.
    NotAZip,
    /// More than [`ZIPPED_LIMIT`] in the request.
    ZippedTooLarge,
    /// More than [`UNZIPPED_LIMIT`] unzipped.
    UnzippedTooLarge,
}

impl CodeRefusal {
    pub(crate) fn to_error(&self) -> ApiError {
        match self {
            Self::Object { code, message } => ApiError::invalid(format!(
                "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
            )),
            Self::NotAZip => {
                ApiError::invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
            }
            Self::ZippedTooLarge => {
                ApiError::too_large(format!("Zipped size must be smaller than {ZIPPED_LIMIT} bytes"))
            }
            Self::UnzippedTooLarge => {
                ApiError::invalid(format!("Unzipped size must be smaller than {UNZIPPED_LIMIT} bytes"))
            }
        }
    }
}

/// Where Lambda keeps a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Storage {
    /// A zip that Lambda copied.
    #[default]
    Copy,
    /// A zip that stays in the customer's bucket.
    Reference(ObjectReference),
    /// An image in a registry.
    Image {
        /// As the request named it.
        uri: String,
        /// `repository@sha256:…`
        resolved_uri: String,
    },
}

/// What is known of a version's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Of a zip: base64 of the SHA-256 of its bytes. Of an image: the digest in hex.
    pub code_sha256: String,
    /// Bytes as stored. Zero for an image.
    pub size: u64,
    /// Bytes when unzipped.
    pub unzipped_size: u64,
    /// Where it is kept.
    pub storage: Storage,
}

impl Package {
    /// A zip whose bytes are at hand.
    #[must_use]
    pub fn of_zip(zip: &[u8], unzipped_size: u64) -> Self {
        Self {
            code_sha256: STANDARD.encode(Sha256::digest(zip)),
            size: zip.len() as u64,
            unzipped_size,
            storage: Storage::Copy,
        }
    }

    /// An image given by `repository@sha256:…`, or by a tag together with the digest that the tag names now.
    pub(crate) fn of_image(uri: &str) -> Result<Self, ApiError> {
        let Some((_, digest)) = uri.split_once("@sha256:") else {
            return Err(ApiError::not_implemented("images by tag: name the image by its digest (repository@sha256:…)"));
        };
        Ok(Self {
            code_sha256: digest.to_owned(),
            size: 0,
            unzipped_size: 0,
            storage: Storage::Image { uri: uri.to_owned(), resolved_uri: uri.to_owned() },
        })
    }
}

/// The hexadecimal form of a base64 `CodeSha256`, as files are named by; `None` if it is no SHA-256 in base64.
#[must_use]
pub fn hexadecimal(code_sha256: &str) -> Option<String> {
    let bytes = STANDARD.decode(code_sha256).ok()?;
    (bytes.len() == 32).then(|| hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Base64 of the SHA-256 of the JSON of a value: how configurations are compared and named.
pub(crate) fn digest_of<T: Serialize>(value: &T) -> String {
    // The types that are digested have string keys and no floats, so their JSON always exists.
    let json = serde_json::to_vec(value).unwrap_or_default();
    STANDARD.encode(Sha256::digest(json))
}
