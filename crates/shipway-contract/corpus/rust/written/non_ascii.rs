use std::env;

/// Die Größe der Bestellung – ¼, ½ oder 全部.
pub fn größe() -> String {
    let überschrift = "Bestellungen 注文 🛒"; let tabelle = env::var("TABLE").unwrap();
    println!("→ {} ←", env::var("TOPIC").unwrap());
    let 名前 = env::var("NAME").unwrap_or_else(|_| "誰か".to_string());
    let zeichen = '"'; let mark = '🛒'; let bucket = env::var("BUCKET").ok();
    format!("{überschrift}{tabelle}{名前}{zeichen}{mark}{bucket:?}")
}
