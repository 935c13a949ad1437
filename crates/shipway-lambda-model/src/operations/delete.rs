//! DeleteFunction and its matrix of qualifiers. Without one, everything goes.

use crate::{
    error::ApiError,
    model::Call,
    name::{NameRules, Qualifier},
    request::Target,
    response::Reply,
    state::Edge,
};

impl Call<'_> {
    pub(crate) fn delete_function(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Delete, target)?;
        let name = addressed.name;
        // What the qualifier is decides before it matters whether the function exists.
        let number = match &addressed.qualifier {
            None => None,
            Some(Qualifier::Version(number)) => Some(*number),
            Some(Qualifier::Latest) => {
                return Err(ApiError::invalid("$LATEST version cannot be deleted without deleting the function."));
            }
            Some(Qualifier::Alias(_)) => {
                return Err(ApiError::invalid("Deletion of aliases is not currently supported."));
            }
        };
        // The ARN of the refusal is the function's, also where a version was named.
        let function = self.function(&name, None)?;
        let Some(number) = number else {
            self.check_replicas(&name, None)?;
            let gone = self.model.state.functions.remove(&name);
            for number in gone.into_iter().flat_map(|function| function.versions.into_keys()) {
                self.model.mark_version(&name, number);
            }
            self.model.mark(&name);
            return Ok(Reply::Empty);
        };
        let aliases = function.aliases_of(number);
        if !aliases.is_empty() {
            return Err(ApiError::conflict(format!(
                "Unable to delete version because the following aliases reference it: [{}]",
                aliases.join(", ")
            )));
        }
        // A version that is not there is deleted with success.
        if function.versions.contains_key(&number) {
            self.check_replicas(&name, Some(number))?;
            self.model.mark_version(&name, number);
            let function = self.function_mut(&name)?;
            function.versions.remove(&number);
            function.policies.remove(&number.to_string());
            function.provisioned.remove(&number.to_string());
        }
        Ok(Reply::Empty)
    }

    fn check_replicas(&self, name: &str, number: Option<u64>) -> Result<(), ApiError> {
        if self.function(name, None)?.edge != Edge::Replicated {
            return Ok(());
        }
        let qualifier = number.map(Qualifier::Version);
        Err(ApiError::invalid(format!(
            "Lambda was unable to delete {} because it is a replicated function. Please see our documentation for Deleting Lambda@Edge Functions and Replicas.",
            self.model.home().qualified_arn(name, qualifier.as_ref())
        )))
    }
}
