//! The address of a store: `file://` for one machine, `s3://` for a team.
//!
//! Text only: whether a bucket or folder exists is found out by whoever opens it.

use std::fmt;
use std::str::FromStr;

use super::reader::TextSetting;
use crate::names::InvalidName;

const RULE: &str = "`s3://BUCKET/PREFIX`, `file:///ABSOLUTE/FOLDER` or `file://FOLDER/IN/THE/PROJECT`";

/// Where artifacts, records and ledgers are kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(into = "String")]
pub enum StoreUrl {
    /// A folder. Relative ones are relative to the project's folder (not to where a command runs).
    File {
        /// The folder, as written.
        folder: String,
    },
    /// A bucket.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What every key begins with: no `/` at either end; empty for none.
        prefix: String,
    },
}

impl FromStr for StoreUrl {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName { what: "the URL of a store", value: text.to_owned(), rule: RULE };
        if text.contains(|character: char| character.is_control()) {
            return Err(invalid());
        }
        if let Some(folder) = text.strip_prefix("file://") {
            let folder = if folder.len() > 1 { folder.trim_end_matches('/') } else { folder };
            if folder.is_empty() || folder.split('/').any(|part| part == "..") {
                return Err(invalid());
            }
            return Ok(Self::File { folder: folder.to_owned() });
        }
        let rest = text.strip_prefix("s3://").ok_or_else(invalid)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let parts_are_whole = prefix.is_empty() || !prefix.split('/').any(|part| matches!(part, "" | "." | ".."));
        if !is_bucket(bucket) || !parts_are_whole || prefix.contains(['?', '#']) {
            return Err(invalid());
        }
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

/// S3's rules for general purpose buckets: 3 to 63 of `a-z0-9.-`, a letter or digit at both ends.
fn is_bucket(name: &str) -> bool {
    let bytes = name.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| plain(byte) || matches!(byte, b'-' | b'.'))
        && bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
        && !name.contains("..")
}

impl TextSetting for StoreUrl {
    const PATTERN: Option<&'static str> = Some("^(s3|file)://.");
}

impl From<StoreUrl> for String {
    fn from(url: StoreUrl) -> Self {
        url.to_string()
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { folder } => write!(formatter, "file://{folder}"),
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(formatter, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(formatter, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_buckets_and_folders() {
        let read = |text: &str| text.parse::<StoreUrl>().map(String::from).ok();
        assert_eq!(read("s3://acme-artifacts/shipway/").as_deref(), Some("s3://acme-artifacts/shipway"));
        assert_eq!(read("s3://acme-artifacts").as_deref(), Some("s3://acme-artifacts"));
        assert_eq!(read("file://.shipway/local/store").as_deref(), Some("file://.shipway/local/store"));
        assert_eq!(read("file:///").as_deref(), Some("file:///"));
        for bad in
            ["", "acme", "s3://", "s3://A/b", "s3://ab", "s3://abc/a//b", "s3://abc/../x", "file://", "file://../x"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
