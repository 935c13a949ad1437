//! Holds the repository against the rules of this crate and of the `clippy.toml` files.

// `cfg(test)` so that clippy's leave to unwrap in tests holds for helpers too.
#[cfg(test)]
mod bans;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod example;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod tidy;
