//! The operations (deploy, rollback, adopt, ...) over ports.
