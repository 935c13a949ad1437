//! Function URLs: recorded, so that a deployer can see them. Nothing serves one.

use serde_json::{Value, json};

use crate::{
    error::{ApiError, constraint, missing},
    model::Call,
    name::{Addressed, NameRules, is_alias_name},
    page,
    request::{CreateFunctionUrlConfig, ListOfFunction, Target},
    response::Reply,
    state::FunctionUrl,
    time::last_modified,
};

impl Call<'_> {
    pub(crate) fn create_url(&mut self, input: &CreateFunctionUrlConfig) -> Result<Reply, ApiError> {
        let addressed = self.address_url(&input.target)?;
        let mut failures = Vec::new();
        if input.auth_type.is_none() {
            failures.push(missing("authType"));
        }
        failures.extend(enum_failure(input.auth_type.as_deref(), "authType", &["NONE", "AWS_IAM"]));
        failures.extend(enum_failure(input.invoke_mode.as_deref(), "invokeMode", &["RESPONSE_STREAM", "BUFFERED"]));
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let key = key(&addressed);
        let function = self.model.state.functions.get(&addressed.name);
        let Some(function) = function.filter(|function| key.is_empty() || function.aliases.contains_key(&key)) else {
            return Err(ApiError::not_found("Function does not exist"));
        };
        let arn = self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref());
        if function.urls.contains_key(&key) {
            return Err(ApiError::conflict(format!(
                "Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists for this Lambda function"
            )));
        }
        let id = self.new_id().replace('-', "");
        let url = FunctionUrl {
            url: format!("https://{id}.lambda-url.{}.on.aws/", self.model.home().region),
            auth_type: input.auth_type.clone().unwrap_or_default(),
            invoke_mode: input.invoke_mode.clone().unwrap_or_else(|| "BUFFERED".to_owned()),
            cors: input.cors.clone(),
            created: self.now,
        };
        let mut reply = url_reply(&arn, &url);
        if let Some(members) = reply.as_object_mut() {
            members.remove("LastModifiedTime");
        }
        self.function_mut(&addressed.name)?.urls.insert(key, url);
        Ok(Reply::Json(reply))
    }

    pub(crate) fn get_url(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let addressed = self.address_url(target)?;
        let function = self.model.state.functions.get(&addressed.name);
        let url =
            function.and_then(|function| function.urls.get(&key(&addressed))).ok_or_else(ApiError::no_such_resource)?;
        let arn = self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref());
        Ok(Reply::Json(url_reply(&arn, url)))
    }

    pub(crate) fn list_urls(&mut self, input: &ListOfFunction) -> Result<Reply, ApiError> {
        let name = self.address_name(&input.function_name)?;
        let Some(function) = self.model.state.functions.get(&name) else {
            return Err(ApiError::not_found("Function does not exist"));
        };
        let arn = self.model.home().function_arn(&name);
        let items = function
            .urls
            .iter()
            .map(|(key, url)| {
                let arn = if key.is_empty() { arn.clone() } else { format!("{arn}:{key}") };
                ((key.clone(), 0), url_reply(&arn, url))
            })
            .collect();
        let (items, next) = page::cut(items, &input.page, 50)?;
        let mut reply = json!({ "FunctionUrlConfigs": items });
        if let Some(next) = next {
            reply["NextMarker"] = json!(next);
        }
        Ok(Reply::Json(reply))
    }

    pub(crate) fn delete_url(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let addressed = self.address_url(target)?;
        let key = key(&addressed);
        let function = self.model.state.functions.get(&addressed.name);
        if !function.is_some_and(|function| function.urls.contains_key(&key)) {
            return Err(ApiError::no_such_resource());
        }
        self.function_mut(&addressed.name)?.urls.remove(&key);
        Ok(Reply::Empty)
    }

    /// URLs belong to functions and aliases; a version or `$LATEST` is refused by the qualifier's pattern.
    fn address_url(&self, target: &Target) -> Result<Addressed, ApiError> {
        if let Some(qualifier) = target.qualifier.as_deref()
            && !is_alias_name(qualifier)
        {
            return Err(ApiError::validation(&[constraint(
                qualifier,
                "qualifier",
                "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
            )]));
        }
        self.address(NameRules::Plain, target)
    }
}

fn key(addressed: &Addressed) -> String {
    addressed.qualifier.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn enum_failure(value: Option<&str>, member: &str, allowed: &[&str]) -> Option<String> {
    let value = value.filter(|value| !allowed.contains(value))?;
    Some(constraint(value, member, &format!("Member must satisfy enum value set: [{}]", allowed.join(", "))))
}

fn url_reply(arn: &str, url: &FunctionUrl) -> Value {
    let mut reply = json!({
        "FunctionUrl": url.url,
        "FunctionArn": arn,
        "AuthType": url.auth_type,
        "InvokeMode": url.invoke_mode,
        "CreationTime": last_modified(url.created),
        "LastModifiedTime": last_modified(url.created),
    });
    if let Some(cors) = &url.cors {
        reply["Cors"] = cors.clone();
    }
    reply
}
