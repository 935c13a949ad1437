//! Everything that Shipway writes: data to standard output, everything for people to standard error.

mod printer;
mod table;
mod treemap;
mod words;

pub(crate) use printer::{Format, Printer};
pub(crate) use table::Table;
pub(crate) use treemap::{Drawing, draw};
pub(crate) use words::{ago, duration, plural, size};
