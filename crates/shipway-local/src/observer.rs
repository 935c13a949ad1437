//! How a test watches, holds and breaks requests.
//!
//! An [`Observer`] is asked before a request takes effect and after it did, and may take its time: a request is held for
//! as long as the returned future is pending. [`InjectedFault`]s do the commonest things without an observer.

use std::{fmt, future::Future, pin::Pin};

use shipway_lambda_model::ApiError;

/// What an observer answers in the end.
pub type Decided<'a> = Pin<Box<dyn Future<Output = Decision> + Send + 'a>>;

/// Sees every request. Both functions may be called for many requests at once.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Called before the request has any effect.
    fn before<'a>(&'a self, call: &'a ObservedCall) -> Decided<'a>;

    /// Called when the request had its effect, or was refused with this status, and before it is answered.
    fn after<'a>(&'a self, call: &'a ObservedCall, status: u16) -> Decided<'a>;
}

/// One request, as far as an observer may know it. It has no body: bodies hold values of variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedCall {
    /// The HTTP method.
    pub method: String,
    /// The path with its query, as sent.
    pub path: String,
    /// AWS's name of the operation; `None` when the request could not be read.
    pub operation: Option<&'static str>,
    /// The IAM action; empty when the request could not be read.
    pub action: String,
    /// The resource of the action, with its qualifier.
    pub resource: String,
    /// The access key id that the request was signed with. Never the secret; nothing here knows it.
    pub access_key: Option<String>,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It goes on.
    Proceed,
    /// It is answered with this error instead. After the effect, the effect stays.
    Answer(ApiError),
    /// The connection is closed without an answer. After the effect, the effect stays.
    Disconnect,
}

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The request has no effect.
    BeforeEffect,
    /// The request has its effect, and its reply is lost.
    AfterEffect,
}

/// The next calls of an operation end otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InjectedFault {
    /// AWS's name of the operation.
    pub operation: String,
    /// How many calls.
    pub calls: usize,
    /// Before or after their effect.
    pub moment: Moment,
    /// What becomes of them; `Proceed` uses up a call and changes nothing.
    pub decision: Decision,
}

/// The faults that are waiting for their calls, in the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<InjectedFault>);

impl Faults {
    pub(crate) fn inject(&mut self, fault: InjectedFault) {
        self.0.push(fault);
    }

    /// The decision for this call, using up one of its fault's calls.
    pub(crate) fn strike(&mut self, operation: Option<&str>, moment: Moment) -> Decision {
        self.0.retain(|fault| fault.calls > 0);
        let fault =
            self.0.iter_mut().find(|fault| fault.moment == moment && Some(fault.operation.as_str()) == operation);
        match fault {
            None => Decision::Proceed,
            Some(fault) => {
                fault.calls -= 1;
                fault.decision.clone()
            }
        }
    }
}
