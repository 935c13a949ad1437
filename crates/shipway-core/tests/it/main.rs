//! What core generates for the documentation is what the repository has.

mod generated;
