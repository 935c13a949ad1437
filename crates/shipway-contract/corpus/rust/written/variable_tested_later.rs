use std::env;

pub fn load() -> Result<(String, Option<String>), String> {
    let table = env::var("TABLE");
    let topic = env::var("TOPIC");
    let stage = env::var("STAGE");

    let table = match table {
        Ok(table) => table,
        Err(error) => return Err(error.to_string()),
    };
    let topic = topic.ok();
    if let Ok(stage) = &stage {
        println!("{stage}");
    }
    Ok((table, topic))
}

pub fn bucket() -> String {
    let bucket = env::var("BUCKET");
    if bucket.is_err() {
        std::process::exit(2);
    }
    bucket.unwrap()
}

pub fn queue() -> String {
    let queue = env::var("QUEUE");
    println!("{queue:?}");
    queue.unwrap()
}
