//! A world for engines to run in: Lambda, a store, repositories, machines and time, all under the test's control.
//!
//! Every engine instance is a *process*: it makes its calls through [`Process`], which logs each call and lets traps
//! halt it, kill it or spoil the call. Nothing here decides what the engine should do.

mod call_log;
mod executor;
mod lambda;
mod machine;
mod process;
mod project;
mod state;
mod store;
mod traps;
mod views;
mod workshop;

pub(crate) use call_log::{Call, Guard, Side};
pub(crate) use executor::{Handle, ProcessId};
pub(crate) use process::Process;
pub(crate) use project::{Checkout, Ended, Project, Scope, commit, exit, options, outcome};
pub(crate) use state::World;
pub(crate) use traps::{Action, Fault, Moment, Times, Trap, When};
pub(crate) use views::{ROLE, try_configure, variables};
