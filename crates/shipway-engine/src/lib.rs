//! The operations (deploy, rollback, adopt, status …) over ports.
//!
//! The engine observes through ports, lets `shipway-core` decide, and acts through ports. It stands on plain
//! futures alone: no tokio, no threads, no AWS SDK, no file system, no terminal. Whoever drives it polls one
//! future; dropping that future is the engine's SIGKILL.

mod at_once;
pub mod budget;
mod carry_out;
pub mod context;
mod observe;
mod operation_error;
pub mod operations;
pub mod ports;
mod record;

pub use operation_error::OperationError;
