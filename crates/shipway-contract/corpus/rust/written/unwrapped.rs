use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::Value;

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let table = std::env::var("ORDERS_TABLE").unwrap();
    let topic = std::env::var("ORDERS_TOPIC").expect("ORDERS_TOPIC must be set");
    store(&table, &topic, event.payload).await
}

async fn store(table: &str, topic: &str, order: Value) -> Result<Value, Error> {
    tracing::info!(table, topic, "stored");
    Ok(order)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
