//! Input that cannot work: a clear error, the right exit code, and nothing changed.
