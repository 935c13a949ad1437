//! Invoke as far as it is pure: whether the request is allowed, and which version it runs.

use crate::{
    configuration::SnapStart,
    entropy::unit_interval,
    error::ApiError,
    fault::FaultPoint,
    lifecycle::State,
    model::Call,
    name::{NameRules, Qualifier},
    request::{InvocationType, Invoke},
    response::{InvocationPlan, Reply},
    state::Alias,
};

/// Largest event when the caller waits, in bytes.
const SYNCHRONOUS_LIMIT: usize = 6_291_456;
/// Largest event that is queued, in bytes.
const ASYNCHRONOUS_LIMIT: usize = 1_048_576;
/// Longest client context, in bytes of its base64.
const CLIENT_CONTEXT_LIMIT: usize = 3_583;

impl Call<'_> {
    pub(crate) fn invoke(&mut self, input: &Invoke) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Dotted, &input.target)?;
        check_sizes(input)?;
        // A missing function is reported as its $LATEST.
        let asked = addressed.qualifier.clone().unwrap_or(Qualifier::Latest);
        let name = addressed.name;
        self.function(&name, Some(&asked))?;
        let number = self.route(&name, &asked)?;
        check_payload(&input.payload)?;
        self.check_invocable(&name, number)?;
        let function = self.function(&name, Some(&asked))?;
        let (configuration, package) = match (number, &function.serving) {
            (None, Some(served)) => (&served.configuration, &served.package),
            (None, None) => (&function.latest.configuration, &function.latest.package),
            (Some(number), _) => {
                let revision = &function.versions.get(&number).ok_or_else(|| self.absent(&name, &asked))?.revision;
                (&revision.configuration, &revision.package)
            }
        };
        Ok(Reply::Invocation(Box::new(InvocationPlan {
            invoked_arn: self.model.home().qualified_arn(&name, addressed.qualifier.as_ref()),
            function_name: name,
            version: number.map_or(Qualifier::Latest, Qualifier::Version).to_string(),
            generation: configuration.sha256(),
            configuration: configuration.clone(),
            package: package.clone(),
            invocation_type: input.invocation_type,
            log_type: input.log_type,
            client_context: input.client_context.clone(),
            payload: if input.payload.is_empty() { b"{}".to_vec() } else { input.payload.clone() },
        })))
    }

    fn absent(&self, name: &str, asked: &Qualifier) -> ApiError {
        ApiError::function_not_found(&self.model.home().qualified_arn(name, Some(asked)))
    }

    /// The version that runs; `None` is `$LATEST`. Each request through a weighted alias is decided anew.
    fn route(&mut self, name: &str, asked: &Qualifier) -> Result<Option<u64>, ApiError> {
        let function = self.function(name, Some(asked))?;
        let alias = match asked {
            Qualifier::Latest => return Ok(None),
            Qualifier::Version(number) if function.versions.contains_key(number) => {
                return Ok(Some(*number));
            }
            Qualifier::Version(_) => return Err(self.absent(name, asked)),
            Qualifier::Alias(alias) => function.aliases.get(alias).ok_or_else(|| self.absent(name, asked))?,
        };
        let Alias { target, weight, .. } = alias.clone();
        if let Some((weighted, share)) = weight
            && unit_interval(self.entropy) < share
        {
            return Ok(Some(weighted));
        }
        Ok(match target {
            Qualifier::Version(number) => Some(number),
            Qualifier::Latest | Qualifier::Alias(_) => None,
        })
    }

    fn check_invocable(&mut self, name: &str, number: Option<u64>) -> Result<(), ApiError> {
        let function = self.function(name, None)?;
        let revision = match number {
            None => &function.latest,
            Some(number) => match function.versions.get(&number) {
                Some(version) => &version.revision,
                None => return Err(self.absent(name, &Qualifier::Version(number))),
            },
        };
        let snap_start = number.is_some() && revision.configuration.snap_start == SnapStart::PublishedVersions;
        match revision.lifecycle.state() {
            State::Active => Ok(()),
            State::Pending if snap_start => Err(ApiError::new(
                409,
                "SnapStartNotReadyException",
                "Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.",
            )),
            state @ (State::Pending | State::Failed) => Err(ApiError::wrong_state(state.name())),
            State::Inactive => {
                self.wake(name, number)?;
                Err(ApiError::wrong_state(State::Inactive.name()))
            }
        }
    }

    /// The first invocation of an idle function fails, and starts its restoration.
    fn wake(&mut self, name: &str, number: Option<u64>) -> Result<(), ApiError> {
        let outcome = self.outcome(name, FaultPoint::Create, self.model.settings().delays.create);
        if let Some(number) = number {
            self.model.mark_version(name, number);
        }
        let function = self.function_mut(name)?;
        let lifecycle = match number {
            None => Some(&mut function.latest.lifecycle),
            Some(number) => function.versions.get_mut(&number).map(|version| &mut version.revision.lifecycle),
        };
        if let Some(lifecycle) = lifecycle {
            lifecycle.wake(outcome);
        }
        Ok(())
    }
}

fn check_sizes(input: &Invoke) -> Result<(), ApiError> {
    let limit = match input.invocation_type {
        InvocationType::Event => ASYNCHRONOUS_LIMIT,
        InvocationType::RequestResponse | InvocationType::DryRun => SYNCHRONOUS_LIMIT,
    };
    if input.payload.len() > limit {
        return Err(ApiError::too_large(format!(
            "Request must be smaller than {limit} bytes for the InvokeFunction operation"
        )));
    }
    if input.client_context.as_ref().is_some_and(|context| context.len() > CLIENT_CONTEXT_LIMIT) {
        return Err(ApiError::new(
            400,
            "InvalidRequestContentException",
            format!("Client context must be at most {CLIENT_CONTEXT_LIMIT} bytes"),
        ));
    }
    Ok(())
}

/// The event must be JSON; the two recorded texts are told apart by whether it is UTF-8 at all.
fn check_payload(payload: &[u8]) -> Result<(), ApiError> {
    if payload.is_empty() {
        return Ok(());
    }
    if let Err(error) = std::str::from_utf8(payload) {
        let byte = payload.get(error.valid_up_to()).copied().unwrap_or_default();
        return Err(ApiError::malformed_body(&format!(
            "Could not parse payload into json: Invalid UTF-8 start byte 0x{byte:x}"
        )));
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(payload)
        .map(|_| ())
        .map_err(|error| ApiError::malformed_body(&format!("Could not parse payload into json: {error}")))
}
