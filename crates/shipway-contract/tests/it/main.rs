//! The reader, held against snippets, the labelled corpus, and nonsense.

mod corpus;
mod go;
mod java;
mod javascript;
mod nonsense;
mod python;
mod reach;
mod ruby;
mod rust;
mod snippet;
