//! A pure model of Lambda's control plane: state and request in, state and response out.
//!
//! ```
//! use shipway_lambda_model::{Code, CreateFunction, Model, Package, Reply, Request, SeededEntropy, Settings, Target};
//!
//! let mut model = Model::new(Settings::new("000000000000", "eu-west-1"));
//! let mut entropy = SeededEntropy::new(1);
//! let mut create = CreateFunction {
//!     function_name: "orders".to_owned(),
//!     code: Code::Package(Package::of_zip(b"the zip's bytes", 15)),
//!     ..CreateFunction::default()
//! };
//! create.configuration.role = Some("arn:aws:iam::000000000000:role/r".to_owned());
//! create.configuration.runtime = Some("python3.13".to_owned());
//! create.configuration.handler = Some("app.handler".to_owned());
//! let response = model.handle(&Request::CreateFunction(Box::new(create)), 0, &mut entropy);
//! assert!(response.result.is_ok());
//!
//! // Nothing happens by itself: the state follows from the moment of the next request.
//! let read = Request::GetFunction(Target::new("orders"));
//! for (moment, expected) in [(399, "Pending"), (400, "Active")] {
//!     let Ok(Reply::Function(function)) = model.handle(&read, moment, &mut entropy).result else {
//!         panic!("the function exists");
//!     };
//!     assert_eq!(function.configuration.state.as_deref(), Some(expected));
//! }
//! ```
//!
//! * [`Model::handle`] is the one entry point. [`Request`] has a variant for each operation; [`Response`] has the typed
//!   reply or the refusal ([`ApiError`]), and the IAM action that would have been asked.
//! * Code is resolved before: the caller fetches and opens the zip and puts a [`Package`] or a [`CodeRefusal`] into
//!   [`Request::code_mut`].
//! * [`wire`] is the HTTP form of both.
//! * [`Model::take_changes`] tells what to keep; [`State::apply`] reads it back.
//! * [`Model::fail_next`] and the functions in `arrange` make what no request can: failing transitions, enforced code
//!   signing, Lambda@Edge, idle functions, REFERENCE storage.
//!
//! It does no I/O, reads no clock and no environment, and depends on no other crate of the project: what the engine
//! believes about Lambda and what the model does must be able to disagree. Where AWS's behaviour was recorded it answers
//! the same; where it was not, it is the stricter of the possibilities, and says so beside the code.

mod arrange;
mod code;
mod configuration;
mod entropy;
mod error;
mod fault;
mod layer;
mod layer_request;
mod lifecycle;
mod model;
mod name;
mod operation;
mod operations;
mod page;
mod request;
mod response;
mod runtime;
mod settings;
mod state;
mod throttle;
mod time;
mod view;
pub mod wire;

pub use code::{
    Code, CodeRefusal, ObjectReference, Package, REQUEST_LIMIT, Storage, UNZIPPED_LIMIT, ZIPPED_LIMIT, hexadecimal,
};
pub use configuration::{Configuration, SnapStart};
pub use entropy::{Entropy, SeededEntropy};
pub use error::{ApiError, MessageSpelling, TypeMember};
pub use fault::FaultPoint;
pub use layer::{AttachedLayer, Layer, LayerVersion};
pub use layer_request::{LayerVersionTarget, ListLayerVersions, PublishLayerVersion};
pub use lifecycle::{LastUpdateStatus, Lifecycle, Reason, State as LifecycleState};
pub use model::Model;
pub use name::{Home, Qualifier};
pub use operation::Operation;
pub use request::*;
pub use response::*;
pub use settings::{Delays, OmittedArchitectures, Settings, Throttle};
pub use state::{
    Alias, Change, CodeSigning, Edge, Function, FunctionUrl, Mapping, Policy, Provisioned, Revision, Served, State,
    UntrustedArtifact, Version,
};
pub use time::Milliseconds;
