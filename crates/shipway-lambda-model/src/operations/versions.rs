//! Publishing and listing versions.

use crate::{
    configuration::SnapStart,
    configuration::description_failure,
    error::ApiError,
    fault::FaultPoint,
    lifecycle::{LastUpdateStatus, Lifecycle},
    model::Call,
    name::Qualifier,
    page,
    request::{ListOfFunction, PublishVersion},
    response::{ConfigurationPage, Reply},
    state::{Revision, Version},
    view::{self, Listed, Shown},
};

impl Call<'_> {
    pub(crate) fn publish_version(&mut self, input: &PublishVersion) -> Result<Reply, ApiError> {
        let name = self.address_latest(&input.function_name)?;
        if let Some(failure) = input.description.as_deref().and_then(description_failure) {
            return Err(ApiError::validation(&[failure]));
        }
        self.check_writable(&name)?;
        self.check_publishable(&name)?;
        self.check_code_sha256(&name, input.code_sha256.as_deref())?;
        self.check_revision(&name, input.revision_id.as_deref())?;
        if let Some(number) = self.unchanged_since(&name)? {
            return self.shown_version(&name, number);
        }
        self.check_storage(self.function(&name, None)?.latest.package.size)?;
        let lifecycle = self.version_lifecycle(&name)?;
        let number = self.add_version(&name, input.description.as_deref(), lifecycle)?;
        let revision_id = self.new_id();
        self.function_mut(&name)?.latest.lifecycle.touch(revision_id);
        self.shown_version(&name, number)
    }

    /// The version that UpdateFunctionCode publishes: Pending as long as the update is in progress, and failing with it.
    pub(crate) fn publish_with_update(&mut self, name: &str) -> Result<Reply, ApiError> {
        if let Some(number) = self.unchanged_since(name)? {
            return self.shown_version(name, number);
        }
        let lifecycle = self.lifecycle_of_update(name)?;
        let number = self.add_version(name, None, lifecycle)?;
        self.shown_version(name, number)
    }

    fn lifecycle_of_update(&mut self, name: &str) -> Result<Lifecycle, ApiError> {
        let delay = self.model.settings().delays.update;
        let mut outcome = self.outcome(name, FaultPoint::Publish, delay);
        if let Some(failure) = self.function(name, None)?.latest.lifecycle.coming_failure() {
            outcome.failure = Some(failure.clone());
        }
        Ok(Lifecycle::pending(self.new_id(), outcome))
    }

    /// What became of a publication after a failed update was never recorded. It is refused: the version would hold
    /// code that AWS could not put in place.
    fn check_publishable(&self, name: &str) -> Result<(), ApiError> {
        if self.function(name, None)?.latest.lifecycle.last_update() == Some(LastUpdateStatus::Failed) {
            return Err(ApiError::conflict(format!(
                "The operation cannot be performed at this time. The last update failed for resource: {}",
                self.model.home().function_arn(name)
            )));
        }
        Ok(())
    }

    fn check_code_sha256(&self, name: &str, sent: Option<&str>) -> Result<(), ApiError> {
        let current = &self.function(name, None)?.latest.package.code_sha256;
        match sent {
            // An empty text counts as none sent.
            Some(sent) if !sent.is_empty() && sent != current => Err(ApiError::invalid(format!(
                "CodeSHA256 ({sent}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the CodeSHA256 in $LATEST."
            ))),
            _ => Ok(()),
        }
    }

    /// The last published version, if `$LATEST` has the same contents. If that version was deleted, nothing is the same.
    fn unchanged_since(&self, name: &str) -> Result<Option<u64>, ApiError> {
        let function = self.function(name, None)?;
        let Some(last) = self.model.state.published.get(name) else {
            return Ok(None);
        };
        let unchanged = function.versions.get(last).is_some_and(|version| {
            version.revision.package.code_sha256 == function.latest.package.code_sha256
                && version.published_from == function.latest.configuration.sha256()
        });
        Ok(unchanged.then_some(*last))
    }

    fn version_lifecycle(&mut self, name: &str) -> Result<Lifecycle, ApiError> {
        let delays = self.model.settings().delays;
        let snap_start = self.function(name, None)?.latest.configuration.snap_start;
        let delay = match snap_start {
            SnapStart::PublishedVersions => delays.snapshot,
            // A version that is going to fail needs a moment in which it is Pending.
            SnapStart::Off if self.has_fault(name, FaultPoint::Publish) => delays.publish.max(delays.update),
            SnapStart::Off => delays.publish,
        };
        let revision_id = self.new_id();
        if delay == 0 && snap_start == SnapStart::Off {
            return Ok(Lifecycle::active(revision_id));
        }
        Ok(Lifecycle::pending(revision_id, self.outcome(name, FaultPoint::Publish, delay)))
    }

    fn add_version(&mut self, name: &str, description: Option<&str>, lifecycle: Lifecycle) -> Result<u64, ApiError> {
        let now = self.now;
        let number = self.next_number(name);
        self.model.mark_version(name, number);
        let function = self.function_mut(name)?;
        let mut revision = Revision { lifecycle, last_modified: now, ..function.latest.clone() };
        let published_from = revision.configuration.sha256();
        if let Some(description) = description.filter(|description| !description.is_empty()) {
            description.clone_into(&mut revision.configuration.description);
        }
        function.versions.insert(number, Version { revision, published_from });
        Ok(number)
    }

    fn shown_version(&self, name: &str, number: u64) -> Result<Reply, ApiError> {
        let qualifier = Qualifier::Version(number);
        let function = self.function(name, None)?;
        let version = function
            .versions
            .get(&number)
            .ok_or_else(|| ApiError::function_not_found(&self.model.home().qualified_arn(name, Some(&qualifier))))?;
        let shown = Shown {
            home: self.model.home(),
            name,
            qualifier: Some(&qualifier),
            number: Some(number),
            edge: &function.edge,
        };
        Ok(Reply::Configuration(Box::new(view::configuration(shown, &version.revision, Listed::No))))
    }

    pub(crate) fn list_versions(&mut self, input: &ListOfFunction) -> Result<Reply, ApiError> {
        let name = self.address_name(&input.function_name)?;
        let function = self.function(&name, None)?;
        let (items, next_marker) = page::cut(self.listed_versions(&name, function), &input.page, 10_000)?;
        Ok(Reply::Versions(ConfigurationPage { items, next_marker }))
    }
}
