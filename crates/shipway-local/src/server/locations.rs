//! The URLs in GetFunction's reply: each serves one zip to whoever knows it, for ten minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::entropy::secret;

/// Where the URLs are on this server.
const PREFIX: &str = "/shipway-code/";

/// As long as AWS's.
const LIFETIME: Duration = Duration::from_secs(600);

/// The URLs that were given out.
#[derive(Debug, Default)]
pub(super) struct Locations(Mutex<HashMap<String, Location>>);

#[derive(Debug)]
struct Location {
    sha256: String,
    until: Instant,
}

impl Locations {
    /// A path for the zip with this SHA-256 (hexadecimal).
    pub(super) fn path(&self, sha256: &str) -> String {
        let token = secret();
        let path = format!("{PREFIX}{token}");
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        given.retain(|_, location| location.until > now);
        given.insert(token, Location { sha256: sha256.to_owned(), until: now + LIFETIME });
        path
    }

    /// Which zip a path leads to: `None` if the path is none of these, `Some(None)` if it is not good any more.
    pub(super) fn find(&self, path: &str) -> Option<Option<String>> {
        let token = path.strip_prefix(PREFIX)?;
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let location = given.get(token).filter(|location| location.until > Instant::now());
        Some(location.map(|location| location.sha256.clone()))
    }
}
