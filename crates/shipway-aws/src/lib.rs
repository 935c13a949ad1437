//! The engine's ports over the AWS SDK.
