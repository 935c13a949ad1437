//! Continuous deployment for AWS Lambda.
fn main() {}
