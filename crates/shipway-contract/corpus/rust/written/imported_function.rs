use std::env::var;

fn main() {
    let table = var("TABLE").expect("TABLE");
    let topic = var("TOPIC").unwrap_or_default();
    match var("STAGE") {
        Ok(stage) => println!("{stage}"),
        Err(error) => println!("{error}"),
    }
    println!("{table} {topic}");
    let shadow = |var: fn(&str) -> String| var("NOT_READ");
    println!("{}", shadow(|name| name.to_lowercase()));
}
