//! What this crate promises, tested through its public face with real processes.

// `cfg(test)` so that clippy's leave to unwrap in tests holds for helpers too.
#[cfg(test)]
mod executor;
#[cfg(test)]
mod server;
