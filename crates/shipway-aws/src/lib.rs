//! The engine's ports over the AWS SDK: Lambda, S3 as a store, STS, and provisioning of the embedded Lambda.
//!
//! The rooms: [`Settings`] and [`Clients`] say where calls go and as whom; `call_error` turns the SDK's errors into
//! the engine's kinds; one file for each port. Nothing is decided here: a call is carried out, once if it writes,
//! and what became of it is told. Values of environment variables and the code's presigned URLs are dropped where
//! they arrive; no type, error or log of this crate holds one.

mod artifact_download;
mod call_error;
mod connect;
mod embedded;
mod examination;
mod http_client;
mod identity;
mod lambda;
mod layers;
mod live_function;
mod policy;
mod provisioner;
mod s3_location;
mod s3_store;
mod unqualified_callers;

pub use connect::{Clients, ConnectError, CredentialsSource, Endpoints, Settings};
pub use embedded::{EmbeddedEndpoint, NotLoopback};
pub use identity::StsIdentity;
pub use lambda::SdkLambda;
pub use provisioner::EmbeddedProvisioner;
pub use s3_location::{InvalidS3Location, S3Location};
pub use s3_store::S3Store;
