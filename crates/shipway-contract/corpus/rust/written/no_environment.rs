use lambda_runtime::{Error, LambdaEvent};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Request {
    var: String,
    env: Option<String>,
}

#[derive(Serialize)]
struct Response {
    environment: String,
}

async fn handle(event: LambdaEvent<Request>) -> Result<Response, Error> {
    let Request { var, env } = event.payload;
    let env = env.ok_or("the request has no env")?;
    if var.is_empty() {
        panic!("the request has no var");
    }
    Ok(Response { environment: format!("{env}:{var}") })
}
