use std::env;
use std::process;

fn main() {
    let table = env::var("TABLE").unwrap_or_else(|_| panic!("TABLE is not set"));
    let topic = env::var("TOPIC").unwrap_or_else(|error| {
        eprintln!("TOPIC: {error}");
        process::exit(1)
    });
    let bucket = env::var("BUCKET").unwrap_or_else(|_| {
        tracing::error!("no bucket");
        std::process::abort();
    });
    let queue = env::var("QUEUE").unwrap_or_else(|_| unreachable!("the template sets QUEUE"));
    let feed = env::var("FEED").unwrap_or_else(|_| {
        println!("nothing to feed on");
        process::exit(0);
    });
    println!("{table} {topic} {bucket} {queue} {feed}");
}
