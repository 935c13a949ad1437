//! Calling a function the way its callers do.

use shipway_core::names::{Qualifier, Serving};

use crate::OperationError;
use crate::context::{Function, Ports};
use crate::observe::attempt;
use crate::ports::{Invocation, InvocationResult};

/// Invokes `function` through its alias (or `$LATEST`, where it has none), and waits for the answer.
///
/// # Errors
/// When Lambda does not carry the call out. A function that fails is no error here: see
/// [`InvocationResult::function_error`].
pub async fn invoke(
    ports: &Ports<'_>,
    function: &Function,
    payload: Vec<u8>,
) -> Result<InvocationResult, OperationError> {
    let qualifier = match &function.target.serving {
        Serving::Alias(alias) => Qualifier::Alias(alias.clone()),
        Serving::Latest => Qualifier::Unqualified,
    };
    let request = Invocation { function: function.target.function.clone(), qualifier, payload };
    ports.lambda.invoke(&request).await.map_err(attempt(format!("invoking {}", function.target)))
}
