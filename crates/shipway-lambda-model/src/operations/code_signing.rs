//! Code signing configurations, as far as a deployer must see them. Nothing here verifies a signature: where signing is
//! enforced, no code is accepted.

use serde_json::json;

use crate::{
    error::ApiError,
    model::Call,
    name::NameRules,
    request::{CodeSigningConfigTarget, Target},
    response::Reply,
    state::UntrustedArtifact,
    time::last_modified,
};

impl Call<'_> {
    pub(crate) fn get_function_code_signing(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Plain, target)?;
        let function = self.function(&addressed.name, addressed.qualifier.as_ref())?;
        Ok(Reply::Json(match &function.code_signing_config_arn {
            // Recorded: without a configuration the reply is empty.
            None => json!({}),
            Some(arn) => json!({ "FunctionName": addressed.name, "CodeSigningConfigArn": arn }),
        }))
    }

    pub(crate) fn get_code_signing(&mut self, target: &CodeSigningConfigTarget) -> Result<Reply, ApiError> {
        let Some(config) = self.model.state.code_signing.get(&target.arn) else {
            return Err(ApiError::not_found(format!(
                "The Lambda code signing configuration {} can not be found.",
                target.arn
            ))
            .untyped());
        };
        let id = target.arn.rsplit(':').next().unwrap_or_default();
        Ok(Reply::Json(json!({
            "CodeSigningConfig": {
                "CodeSigningConfigId": id,
                "CodeSigningConfigArn": target.arn,
                "AllowedPublishers": { "SigningProfileVersionArns": config.publishers },
                "CodeSigningPolicies": {
                    "UntrustedArtifactOnDeployment": match config.policy {
                        UntrustedArtifact::Warn => "Warn",
                        UntrustedArtifact::Enforce => "Enforce",
                    },
                },
                "LastModified": last_modified(config.last_modified),
            },
        })))
    }

    pub(crate) fn check_signing(&self, arn: &str) -> Result<(), ApiError> {
        let Some(config) = self.model.state.code_signing.get(arn) else {
            let mut error = ApiError::not_found(format!(
                "The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}."
            ));
            "CodeSigningConfigNotFoundException".clone_into(&mut error.code);
            return Err(error);
        };
        match config.policy {
            UntrustedArtifact::Warn => Ok(()),
            UntrustedArtifact::Enforce => Err(ApiError::new(
                400,
                "CodeVerificationFailedException",
                "The code signature failed one or more of the validation checks for signature mismatch or expiry, and the code signing policy is set to ENFORCE. Lambda blocks the deployment.",
            )),
        }
    }
}
