//! Tags, of functions alone.

use crate::{
    error::{ApiError, constraint, missing},
    model::Call,
    name::NameRules,
    request::{ListTags, TagResource, Target, UntagResource},
    response::Reply,
};

impl Call<'_> {
    pub(crate) fn tag_resource(&mut self, input: &TagResource) -> Result<Reply, ApiError> {
        let name = self.tagged(&input.resource)?;
        if input.tags.is_empty() {
            return Err(ApiError::invalid("An error occurred and the request cannot be processed."));
        }
        self.check_writable(&name)?;
        let mut tags = self.function(&name, None)?.tags.clone();
        tags.extend(input.tags.clone());
        if tags.len() > 50 {
            return Err(ApiError::invalid("Number of tags exceeds resource tag limit."));
        }
        let revision_id = self.new_id();
        let function = self.function_mut(&name)?;
        function.tags = tags;
        function.latest.lifecycle.touch(revision_id);
        Ok(Reply::Empty)
    }

    pub(crate) fn untag_resource(&mut self, input: &UntagResource) -> Result<Reply, ApiError> {
        if input.tag_keys.is_empty() {
            return Err(ApiError::validation(&[missing("tagKeys")]));
        }
        let name = self.tagged(&input.resource)?;
        self.check_writable(&name)?;
        let revision_id = self.new_id();
        let function = self.function_mut(&name)?;
        function.tags.retain(|key, _| !input.tag_keys.contains(key));
        function.latest.lifecycle.touch(revision_id);
        Ok(Reply::Empty)
    }

    pub(crate) fn list_tags(&mut self, input: &ListTags) -> Result<Reply, ApiError> {
        let name = self.tagged(&input.resource)?;
        Ok(Reply::Tags(self.function(&name, None)?.tags.clone()))
    }

    /// The function that an ARN names, which must be a function's and unqualified.
    fn tagged(&self, resource: &str) -> Result<String, ApiError> {
        let fields: Vec<&str> = resource.split(':').collect();
        let is_function = matches!(fields.as_slice(), ["arn", _, "lambda", _, _, "function", ..]);
        if !is_function {
            return Err(ApiError::validation(&[constraint(
                resource,
                "resource",
                "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})",
            )]));
        }
        let addressed = self.address(NameRules::Plain, &Target::new(resource))?;
        if addressed.qualifier.is_some() {
            return Err(ApiError::invalid(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.",
            ));
        }
        self.function(&addressed.name, None)?;
        Ok(addressed.name)
    }
}
