//! What the engine needs of the world, one trait per neighbour.
//!
//! Adapters implement these and decide nothing: they carry a call out and say what happened. Futures need not
//! be `Send`: one future drives an operation.

mod call_error;
mod clock;
mod git;
mod identity;
mod lambda;
mod machine;
mod provisioner;
mod reporter;
mod store;
mod workshop;

pub use call_error::{CallError, CallErrorKind};
pub use clock::{Clock, Entropy};
pub use git::{Ancestry, Git, GitError, Head};
pub use identity::Identity;
pub use lambda::{
    CodeSigning, CodeSource, CreateAlias, Invocation, InvocationResult, Lambda, LiveAlias, LiveFunction,
    LiveLayerVersion, Package, PublishLayerVersion, PublishVersion, State, UnqualifiedCaller, UpdateAlias,
    UpdateFunctionCode, UpdateStatus,
};
pub use machine::{Liveness, Machine};
pub use provisioner::{NewFunction, Provisioner};
pub use reporter::{Event, Reporter};
pub use store::{Created, ETag, Listed, ObjectLocation, Reach, Replaced, Store, StoreError, StoreErrorKind, Stored};
pub use workshop::{
    ArtifactFile, ArtifactFiles, BuildCache, BuildFailure, BuiltTree, CachedBuild, Fault, Packaged, Packager,
    Remembered, SourceReader, Sources, Toolchain,
};
