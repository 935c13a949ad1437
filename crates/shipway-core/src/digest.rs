//! Digests, each a type of its own so that a source digest is never compared with a package digest.
//!
//! BLAKE3 names what Shipway made up (sources, packages, records, ledger entries); SHA-256 names zips,
//! because Lambda does (`CodeSha256`). Hashing of files happens elsewhere; here only values are hashed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A text that is not the digest it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a digest: {rule}")]
pub struct InvalidDigest {
    /// The text as it was given.
    pub value: String,
    /// What such a digest looks like.
    pub rule: &'static str,
}

fn from_hex(value: &str) -> Result<[u8; 32], InvalidDigest> {
    let mut bytes = [0; 32];
    let lower_case = !value.bytes().any(|byte| byte.is_ascii_uppercase());
    match hex::decode_to_slice(value, &mut bytes) {
        Ok(()) if lower_case => Ok(bytes),
        _ => Err(InvalidDigest { value: value.to_owned(), rule: "64 lower-case hexadecimal digits" }),
    }
}

/// Defines a 32-byte digest that is written as 64 hexadecimal digits.
macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// 64 lower-case hexadecimal digits.
            #[must_use]
            pub fn hex(&self) -> String {
                hex::encode(self.0)
            }

            /// The first twelve digits, for people.
            #[must_use]
            pub fn short(&self) -> String {
                hex::encode(&self.0[..6])
            }
        }

        impl FromStr for $name {
            type Err = InvalidDigest;

            fn from_str(value: &str) -> Result<Self, InvalidDigest> {
                from_hex(value).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidDigest;

            fn try_from(value: String) -> Result<Self, InvalidDigest> {
                value.parse()
            }
        }

        impl From<$name> for String {
            fn from(digest: $name) -> String {
                digest.hex()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.short())
            }
        }
    };
}

digest!(
    /// BLAKE3 over everything that a build is declared to depend on.
    SourceDigest
);
digest!(
    /// BLAKE3 over what is in a package: sorted path, mode and content. Independent of the compressor.
    PackageDigest
);
digest!(
    /// BLAKE3 of one file's content.
    ContentDigest
);
digest!(
    /// BLAKE3 over a build record's bytes: the record's name.
    BuildDigest
);
digest!(
    /// BLAKE3 over a ledger entry's bytes: what the next entry names as its predecessor.
    EntryDigest
);
digest!(
    /// SHA-256 over a zip's bytes: an artifact's name, and Lambda's `CodeSha256` once deployed.
    ArtifactDigest
);

impl ArtifactDigest {
    /// Lambda's spelling of `CodeSha256` for zips: standard base64 with padding.
    #[must_use]
    pub fn code_sha256(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads Lambda's spelling.
    ///
    /// # Errors
    /// When the text is not base64 of 32 bytes (an image's `CodeSha256` is hexadecimal, for one).
    pub fn from_code_sha256(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest { value: text.to_owned(), rule: "base64 of 32 bytes" };
        let bytes = STANDARD.decode(text).map_err(|_| invalid())?;
        Ok(Self(bytes.try_into().map_err(|_| invalid())?))
    }
}

impl BuildDigest {
    /// The name of a record with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl EntryDigest {
    /// The digest of an entry with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl ContentDigest {
    /// The digest of a file with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_is_spelled_in_hex_by_us_and_in_base64_by_lambda() {
        let digest = ArtifactDigest([7; 32]);
        assert_eq!(digest.hex().parse::<ArtifactDigest>().unwrap(), digest);
        assert_eq!(ArtifactDigest::from_code_sha256(&digest.code_sha256()).unwrap(), digest);
        assert!(ArtifactDigest::from_code_sha256(&digest.hex()).is_err());
        assert!(digest.hex().to_uppercase().replace('0', "A").parse::<ArtifactDigest>().is_err());
    }
}
