use std::env;
use std::error::Error;

struct Settings {
    table: String,
    topic: String,
    limit: usize,
}

fn load() -> Result<Settings, Box<dyn Error>> {
    let table = env::var("TABLE")?;
    Ok(Settings {
        table,
        topic: env::var("TOPIC")?,
        limit: env::var("LIMIT")?.parse()?,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = load()?;
    println!("{} {} {}", settings.table, settings.topic, settings.limit);
    Ok(())
}
