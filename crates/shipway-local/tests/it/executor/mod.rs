//! Functions as processes, from the outside: what is invoked, what is answered, what is left running.

mod bench;
mod interpreters;
mod java;
mod lifetime;
mod limits;
mod node;
mod pool;
mod provided;
mod python;
mod ruby;
