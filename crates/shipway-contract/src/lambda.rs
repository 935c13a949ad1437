//! The environment variables that Lambda sets itself: nobody has to provision them.

/// Source: "Defined runtime environment variables" in Lambda's developer guide.
const SET: [&str; 19] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "GEM_PATH",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "LANG",
    "LD_LIBRARY_PATH",
    "NODE_PATH",
    "PATH",
    "PYTHONPATH",
    "TZ",
    "_HANDLER",
];

/// Whether Lambda sets a variable itself.
#[must_use]
pub fn is_set_by_lambda(name: &str) -> bool {
    SET.contains(&name) || name == "_X_AMZN_TRACE_ID" || name.starts_with("AWS_LAMBDA_")
}

#[cfg(test)]
mod tests {
    use super::is_set_by_lambda;

    #[test]
    fn what_lambda_sets_is_known() {
        assert!(is_set_by_lambda("AWS_REGION"));
        assert!(is_set_by_lambda("AWS_LAMBDA_FUNCTION_NAME"));
        assert!(is_set_by_lambda("_X_AMZN_TRACE_ID"));
        assert!(!is_set_by_lambda("TABLE_NAME"));
        assert!(!is_set_by_lambda("AWS_PROFILE"));
    }
}
