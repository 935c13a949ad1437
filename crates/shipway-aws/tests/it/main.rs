//! The ports as the engine calls them: over HTTP against recorded replies of AWS, and against moto.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

mod embedded;
mod environment;
mod errors;
mod examination_calls;
mod lambda_calls;
mod moto;
mod moto_lambda;
mod moto_store;
mod recorded;
mod store_calls;
