//! Core against the files of the repository: what it generates, and the example.

mod example;
mod generated;
