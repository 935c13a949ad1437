//! The same deployment against moto: STS, S3 and Lambda over HTTP, with an assumed role.
