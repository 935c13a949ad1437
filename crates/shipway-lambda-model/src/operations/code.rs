//! UpdateFunctionCode.

use crate::{
    code::{Code, Package},
    configuration::{Configuration, architecture_failure},
    error::ApiError,
    fault::FaultPoint,
    lifecycle::{LastUpdateStatus, State},
    model::Call,
    operations::layers::check_size,
    request::{DryRun, Publish, UpdateFunctionCode},
    response::{FunctionConfiguration, Reply},
    settings::OmittedArchitectures,
    state::{Function, Served},
    view::{self, Listed, Shown},
};

impl Call<'_> {
    pub(crate) fn update_function_code(&mut self, input: &UpdateFunctionCode) -> Result<Reply, ApiError> {
        let name = self.address_latest(&input.function_name)?;
        if let Some(failure) = architecture_failure(input.architectures.as_ref()) {
            return Err(ApiError::validation(&[failure]));
        }
        let function = self.function(&name, None)?;
        let package_type = function.latest.configuration.package_type.clone();
        let signing = function.code_signing_config_arn.clone();
        check_source(&input.code, &package_type)?;
        self.check_writable(&name)?;
        self.check_revision(&name, input.revision_id.as_deref())?;
        let package = self.package(&input.code, Some(&package_type))?;
        check_size(&package, &self.function(&name, None)?.latest.configuration.layers)?;
        if let Some(arn) = signing {
            self.check_signing(&arn)?;
        }
        let architecture = self.architecture(input, &name)?;
        if input.dry_run == DryRun::Yes {
            return self.would_be(&name, package, architecture);
        }
        let now = self.now;
        self.begin_update(&name, |function| {
            function.latest.package = package;
            function.latest.configuration.architecture = architecture;
            function.latest.last_modified = now;
        })?;
        match input.publish {
            Publish::No => self.shown_latest(&name),
            Publish::Yes => self.publish_with_update(&name),
        }
    }

    fn architecture(&self, input: &UpdateFunctionCode, name: &str) -> Result<String, ApiError> {
        let sent = input.architectures.as_ref().and_then(|sent| sent.first());
        Ok(match (sent, self.model.settings().omitted_architectures) {
            (Some(sent), _) => sent.clone(),
            (None, OmittedArchitectures::Reset) => Configuration::default().architecture,
            (None, OmittedArchitectures::Keep) => self.function(name, None)?.latest.configuration.architecture.clone(),
        })
    }

    /// A dry run's reply has the hash of the code that was sent; nothing else differs.
    fn would_be(&self, name: &str, package: Package, architecture: String) -> Result<Reply, ApiError> {
        let mut function = self.function(name, None)?.clone();
        function.latest.package = package;
        function.latest.configuration.architecture = architecture;
        Ok(Reply::Configuration(Box::new(self.latest_view(name, &function))))
    }

    /// Refuses writes to `$LATEST` while it is being created or updated. There is no queue.
    pub(crate) fn check_writable(&self, name: &str) -> Result<(), ApiError> {
        let lifecycle = &self.function(name, None)?.latest.lifecycle;
        match lifecycle.state() {
            state @ (State::Pending | State::Failed) => {
                return Err(ApiError::wrong_state(state.name()));
            }
            State::Active | State::Inactive => {}
        }
        if lifecycle.last_update() == Some(LastUpdateStatus::InProgress) {
            return Err(ApiError::update_in_progress(&self.model.home().function_arn(name)));
        }
        Ok(())
    }

    /// Compares the guard, if one was sent, with `$LATEST`'s RevisionId.
    pub(crate) fn check_revision(&self, name: &str, sent: Option<&str>) -> Result<(), ApiError> {
        let current = self.function(name, None)?.latest.lifecycle.revision_id();
        match sent {
            Some(sent) if sent != current => Err(ApiError::stale_revision("GetFunction/GetAlias")),
            _ => Ok(()),
        }
    }

    /// Accepts an update: the old contents go on serving until it is done.
    pub(crate) fn begin_update(&mut self, name: &str, change: impl FnOnce(&mut Function)) -> Result<(), ApiError> {
        let revision_id = self.new_id();
        let outcome = self.outcome(name, FaultPoint::Update, self.model.settings().delays.update);
        let function = self.function_mut(name)?;
        if function.serving.is_none() {
            function.serving = Some(Served {
                configuration: function.latest.configuration.clone(),
                package: function.latest.package.clone(),
            });
        }
        change(function);
        function.latest.lifecycle.begin_update(revision_id, outcome);
        Ok(())
    }

    pub(crate) fn shown_latest(&self, name: &str) -> Result<Reply, ApiError> {
        let function = self.function(name, None)?;
        Ok(Reply::Configuration(Box::new(self.latest_view(name, function))))
    }

    fn latest_view(&self, name: &str, function: &Function) -> FunctionConfiguration {
        let shown = Shown { home: self.model.home(), name, qualifier: None, number: None, edge: &function.edge };
        view::configuration(shown, &function.latest, Listed::No)
    }
}

fn check_source(code: &Code, package_type: &str) -> Result<(), ApiError> {
    match (package_type, code) {
        ("Image", Code::Image(_)) => Ok(()),
        ("Image", _) => {
            Err(ApiError::invalid("Please provide ImageUri when updating a function with packageType Image."))
        }
        (_, Code::Image(_)) => {
            Err(ApiError::invalid("Please don't provide ImageUri when updating a function with packageType Zip."))
        }
        _ => Ok(()),
    }
}
