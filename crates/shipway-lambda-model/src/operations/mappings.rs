//! Event source mappings: recorded, so that a deployer can see them. No event ever flows through one.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    model::Call,
    name::{NameRules, Qualifier, address},
    page,
    request::{CreateEventSourceMapping, ListEventSourceMappings, MappingTarget, Target},
    response::Reply,
    state::Mapping,
    time::epoch_seconds,
};

impl Call<'_> {
    pub(crate) fn create_mapping(&mut self, input: &CreateEventSourceMapping) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Plain, &Target::new(&input.function_name))?;
        if input.event_source_arn.is_none() {
            return Err(ApiError::invalid("Unrecognized event source."));
        }
        let function = self.model.state.functions.get(&addressed.name);
        let there = function.is_some_and(|function| match &addressed.qualifier {
            None | Some(Qualifier::Latest) => true,
            Some(Qualifier::Version(number)) => function.versions.contains_key(number),
            Some(Qualifier::Alias(alias)) => function.aliases.contains_key(alias),
        });
        if !there {
            return Err(ApiError::invalid("Function does not exist"));
        }
        let mapping = Mapping {
            function_arn: self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref()),
            event_source_arn: input.event_source_arn.clone(),
            members: input.members.clone(),
            last_modified: self.now,
        };
        let uuid = self.new_id();
        let reply = self.mapping_reply(&uuid, &mapping, "Creating");
        self.model.state.mappings.insert(uuid.clone(), mapping);
        self.model.changed_mut().mappings.insert(uuid);
        Ok(Reply::Json(reply))
    }

    pub(crate) fn get_mapping(&mut self, target: &MappingTarget) -> Result<Reply, ApiError> {
        let mapping = self.model.state.mappings.get(&target.uuid).ok_or_else(ApiError::no_such_resource)?;
        Ok(Reply::Json(self.mapping_reply(&target.uuid, mapping, "Enabled")))
    }

    pub(crate) fn delete_mapping(&mut self, target: &MappingTarget) -> Result<Reply, ApiError> {
        let mapping = self.model.state.mappings.remove(&target.uuid).ok_or_else(ApiError::no_such_resource)?;
        self.model.changed_mut().mappings.insert(target.uuid.clone());
        Ok(Reply::Json(self.mapping_reply(&target.uuid, &mapping, "Deleting")))
    }

    pub(crate) fn list_mappings(&mut self, input: &ListEventSourceMappings) -> Result<Reply, ApiError> {
        let arn = match &input.function_name {
            None => None,
            Some(text) => {
                let home = self.model.home();
                let addressed = address(home, NameRules::Plain, text, None)?;
                self.function(&addressed.name, addressed.qualifier.as_ref())?;
                Some(self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref()))
            }
        };
        let items = self
            .model
            .state
            .mappings
            .iter()
            .filter(|(_, mapping)| arn.as_ref().is_none_or(|arn| *arn == mapping.function_arn))
            .filter(|(_, mapping)| {
                input.event_source_arn.is_none() || input.event_source_arn == mapping.event_source_arn
            })
            .map(|(uuid, mapping)| ((uuid.clone(), 0), self.mapping_reply(uuid, mapping, "Enabled")))
            .collect();
        let (items, next) = page::cut(items, &input.page, 10_000)?;
        let mut reply = json!({ "EventSourceMappings": items });
        if let Some(next) = next {
            reply["NextMarker"] = json!(next);
        }
        Ok(Reply::Json(reply))
    }

    fn mapping_reply(&self, uuid: &str, mapping: &Mapping, state: &str) -> Value {
        let mut reply = mapping.members.clone();
        // A mapping that was created disabled says so once it is settled.
        let disabled = reply.remove("Enabled") == Some(Value::Bool(false)) && state == "Enabled";
        reply.insert("UUID".to_owned(), json!(uuid));
        reply.insert("EventSourceMappingArn".to_owned(), json!(self.model.mapping_arn(uuid)));
        reply.insert("FunctionArn".to_owned(), json!(mapping.function_arn));
        reply.insert("EventSourceArn".to_owned(), json!(mapping.event_source_arn));
        reply.insert("State".to_owned(), json!(if disabled { "Disabled" } else { state }));
        reply.insert("StateTransitionReason".to_owned(), json!("USER_INITIATED"));
        reply.insert("LastModified".to_owned(), json!(epoch_seconds(mapping.last_modified)));
        Value::Object(reply)
    }
}
