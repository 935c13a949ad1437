//! `shipway terraform`: provisioning's side of a deployment. Terraform itself is never run.

mod check;
mod init;

pub(crate) use check::run as check;
pub(crate) use init::run as init;
