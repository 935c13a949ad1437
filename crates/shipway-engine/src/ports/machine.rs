//! Who we are on this machine, and whether somebody else on it still lives.

use shipway_core::ledger::Writer;

/// Whether the process that wrote something still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It runs on this machine.
    Alive,
    /// It ran in this very boot of this machine, and it is gone.
    Gone,
    /// It is on another machine, or another boot: nothing can be said.
    Elsewhere,
}

/// This machine.
pub trait Machine {
    /// This process, as it signs what it writes.
    fn writer(&self) -> Writer;
    /// Whether that process still runs.
    fn liveness(&self, writer: &Writer) -> Liveness;
}
