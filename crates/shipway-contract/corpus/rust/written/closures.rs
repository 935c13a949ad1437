use std::env;

pub fn load() -> Result<Vec<String>, env::VarError> {
    let table = || env::var("TABLE");
    let topic = move || -> String { env::var("TOPIC").unwrap() };
    let stage = None.unwrap_or_else(|| env::var("STAGE").unwrap_or_default());
    let owner: String = Some("me".to_string())
        .or_else(|| env::var("OWNER").ok())
        .unwrap_or_default();
    std::thread::spawn(|| println!("{}", env::var("THREAD_NAME").unwrap()))
        .join()
        .ok();
    Ok(vec![table()?, topic(), stage, owner])
}
