use std::env;

pub fn table() -> String {
    match env::var("TABLE") {
        Ok(table) => table,
        Err(error) => panic!("TABLE: {error}"),
    }
}

pub fn debug() -> bool {
    env::var_os("DEBUG").is_some()
}

pub fn main() {
    println!("{}", table()
