//! UpdateFunctionConfiguration.

use crate::{
    configuration::{check, check_snap_start, constraint_failures},
    error::ApiError,
    model::Call,
    operations::layers::check_size,
    request::UpdateFunctionConfiguration,
    response::Reply,
};

impl Call<'_> {
    pub(crate) fn update_function_configuration(
        &mut self,
        input: &UpdateFunctionConfiguration,
    ) -> Result<Reply, ApiError> {
        let name = self.address_latest(&input.function_name)?;
        let failures = constraint_failures(&input.configuration);
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let mut configuration = self.function(&name, None)?.latest.configuration.clone();
        self.check_writable(&name)?;
        self.check_revision(&name, input.revision_id.as_deref())?;
        check(&input.configuration)?;
        configuration.apply(&input.configuration);
        if let Some(layers) = &input.configuration.layers {
            configuration.layers = self.attach(layers)?;
            check_size(&self.function(&name, None)?.latest.package, &configuration.layers)?;
        }
        check_snap_start(&configuration)?;
        let now = self.now;
        self.begin_update(&name, |function| {
            function.latest.configuration = configuration;
            function.latest.last_modified = now;
        })?;
        self.shown_latest(&name)
    }
}
