//! Where a store is in S3: a bucket and a folder in it, as `s3://bucket/folder` says.

use std::fmt;
use std::str::FromStr;

/// A bucket and the beginning of all keys in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    bucket: String,
    /// Empty, or ends in `/`.
    root: String,
}

/// A text that is not an S3 location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not an S3 location: {rule}")]
pub struct InvalidS3Location {
    /// The text as it was given.
    pub value: String,
    /// What such a text must look like.
    pub rule: &'static str,
}

impl S3Location {
    /// The bucket's name.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The whole key in the bucket of a key in the store.
    pub(crate) fn whole_key(&self, key: &str) -> String {
        format!("{}{key}", self.root)
    }

    /// The key in the store of a whole key, `None` for one that is not below the root.
    pub(crate) fn store_key<'a>(&self, whole_key: &'a str) -> Option<&'a str> {
        whole_key.strip_prefix(&self.root)
    }
}

impl FromStr for S3Location {
    type Err = InvalidS3Location;

    fn from_str(value: &str) -> Result<Self, InvalidS3Location> {
        let invalid = |rule| InvalidS3Location { value: value.to_owned(), rule };
        let rest = value.strip_prefix("s3://").ok_or_else(|| invalid("it begins with `s3://`"))?;
        let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let in_bucket = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(in_bucket) {
            return Err(invalid("a bucket's name has 3 to 63 lower-case letters, digits, `-` and `.`"));
        }
        let folder = folder.trim_end_matches('/');
        if folder.split('/').any(|part| matches!(part, "." | "..")) || folder.contains("//") || folder.starts_with('/')
        {
            return Err(invalid("no part of the folder is empty, `.` or `..`"));
        }
        let root = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Ok(Self { bucket: bucket.to_owned(), root })
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "s3://{}/{}", self.bucket, self.root.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_bucket_and_a_folder() {
        let plain: S3Location = "s3://artifacts".parse().unwrap();
        assert_eq!((plain.bucket(), plain.whole_key("a/b")), ("artifacts", "a/b".to_owned()));
        let deep: S3Location = "s3://artifacts/team/shipway/".parse().unwrap();
        assert_eq!(deep.whole_key("a/b"), "team/shipway/a/b");
        assert_eq!(deep.store_key("team/shipway/a/b"), Some("a/b"));
        assert_eq!(deep.store_key("other/a"), None);
        assert_eq!(deep.to_string(), "s3://artifacts/team/shipway");
    }

    #[test]
    fn what_is_no_location_is_refused() {
        for text in ["file:///x", "s3://", "s3://A_B", "s3://bucket/../x", "s3://bucket//x", "s3://bucket/a//b"] {
            assert!(text.parse::<S3Location>().is_err(), "{text}");
        }
    }
}
