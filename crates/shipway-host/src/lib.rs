//! The engine's ports over this machine: git, build tools, files, processes, the clock.
//!
//! Everything here carries a call out and says what happened; nothing here decides about deploying, knows AWS, or
//! prints. Ports that block run on tokio's threads for blocking work, so every one of them needs a tokio runtime.

mod clock;
mod durable;
mod entropy;
mod file_store;
mod hashing;

pub use clock::SystemClock;
pub use entropy::SystemEntropy;
pub use file_store::FileStore;
