//! Decisions of Shipway as pure functions: names, configuration, digests, plans, the ledger.
