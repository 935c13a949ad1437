//! The command line as its users meet it: a process, its exit code, what it prints, what it changed.

mod bad_input;
mod boto3;
mod documents;
mod example;
mod inspect;
mod kill;
mod languages;
mod layers;
mod moto;
mod order;
mod output;
mod second_clone;
mod several_targets;
mod support;
mod terraform;
