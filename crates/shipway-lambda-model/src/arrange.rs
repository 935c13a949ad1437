//! Setting up what no operation of the model can make: for tests of deployers, which must see these things and keep away.

use crate::{
    code::{ObjectReference, Storage},
    lifecycle::Lifecycle,
    model::Model,
    state::{CodeSigning, Edge, Function, Revision, UntrustedArtifact},
    time::Milliseconds,
};

impl Model {
    /// Creates or replaces a code signing configuration. Its ARN is what functions refer to.
    pub fn put_code_signing_config(&mut self, arn: impl Into<String>, policy: UntrustedArtifact, now: Milliseconds) {
        let arn = arn.into();
        let config = CodeSigning { policy, publishers: Vec::new(), last_modified: now };
        self.state.code_signing.insert(arn.clone(), config);
        self.changed_mut().code_signing.insert(arn);
    }

    /// Attaches a code signing configuration to a function, or takes it off. Whether the function exists.
    pub fn attach_code_signing_config(&mut self, function: &str, arn: Option<String>) -> bool {
        self.arrange(function, |function| function.code_signing_config_arn = arn)
    }

    /// Makes a function one of Lambda@Edge's, or an ordinary one. Whether it exists.
    pub fn set_edge(&mut self, function: &str, edge: Edge) -> bool {
        self.arrange(function, |function| function.edge = edge)
    }

    /// Leaves a function's zip in the customer's bucket (`S3ObjectStorageMode` REFERENCE). Whether it exists.
    pub fn set_reference_storage(&mut self, function: &str, object: ObjectReference) -> bool {
        self.arrange(function, |function| {
            function.latest.package.storage = Storage::Reference(object);
        })
    }

    /// Makes a function and its versions look as if they had been changed and published that much earlier. Whether it
    /// exists.
    pub fn make_older(&mut self, function: &str, by: Milliseconds) -> bool {
        let mut numbers = Vec::new();
        let exists = self.arrange(function, |function| {
            let versions = function.versions.iter_mut().map(|(number, version)| {
                numbers.push(*number);
                &mut version.revision
            });
            for revision in std::iter::once(&mut function.latest).chain(versions) {
                revision.last_modified = revision.last_modified.saturating_sub(by);
            }
        });
        for number in numbers {
            self.mark_version(function, number);
        }
        exists
    }

    /// Makes `$LATEST`, or a version, idle: the next invocation fails and wakes it. Whether it exists.
    pub fn make_inactive(&mut self, function: &str, version: Option<u64>) -> bool {
        let mut found = false;
        let exists = self.arrange(function, |function| {
            if let Some(lifecycle) = lifecycle_mut(function, version) {
                lifecycle.make_inactive();
                found = true;
            }
        });
        if let Some(number) = version.filter(|_| found) {
            self.mark_version(function, number);
        }
        exists && found
    }

    fn arrange(&mut self, name: &str, change: impl FnOnce(&mut Function)) -> bool {
        let Some(function) = self.state.functions.get_mut(name) else {
            return false;
        };
        change(function);
        self.mark(name);
        true
    }
}

fn lifecycle_mut(function: &mut Function, version: Option<u64>) -> Option<&mut Lifecycle> {
    let revision: &mut Revision = match version {
        None => &mut function.latest,
        Some(number) => &mut function.versions.get_mut(&number)?.revision,
    };
    Some(&mut revision.lifecycle)
}
