use std::env;

const SESSION: &str = "AWS_SESSION_TOKEN";

pub fn describe() -> Result<String, env::VarError> {
    let region = env::var("AWS_REGION")?;
    let function = env::var("AWS_LAMBDA_FUNCTION_NAME").expect("runs in Lambda");
    let memory = env::var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").unwrap();
    let zone = env::var("AWS_REGION_ZONE").unwrap();
    let token = env::var(SESSION).ok();
    let profile = env::var("AWS_PROFILE").unwrap_or_default();
    if let Ok(trace) = env::var("_X_AMZN_TRACE_ID") {
        println!("{trace}");
    }
    let home = env::var("HOME")?;
    for part in env::split_paths(&env::var_os("PATH").unwrap()) {
        println!("{}", part.display());
    }
    Ok(format!("{region} {function} {memory} {zone} {token:?} {profile} {home}"))
}
