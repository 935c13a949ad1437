//! Rust's ways to ask the environment.

use shipway_contract::Language::Rust;

use crate::snippet::check;

#[test]
fn forms_and_names() {
    check(
        Rust,
        r#"
use std::env;
use std::env::{self as environment, var as v, var_os};
use std::{env::var, fs};
const TABLE: &str = "TABLE_NAME";
static QUEUE: &str = concat!("QUEUE", "_URL");
struct Names;
impl Names { const TOPIC: &'static str = "TOPIC_ARN"; fn f() { env::var(Self::TOPIC).unwrap(); } } ~~ TOPIC_ARN!
fn main() {
    let a = env::var("A").unwrap(); ~~ A!
    let b = std::env::var("B").expect("B"); ~~ B!
    let c = environment::var("C").unwrap_or_default(); ~~ C?
    let d = v("D").unwrap_or_else(|_| "x".to_string()); ~~ D?
    let e = var_os("E"); ~~ E?
    let f = var(TABLE).unwrap(); ~~ TABLE_NAME!
    let g = ::std::env::var(QUEUE).ok(); ~~ QUEUE_URL?
    let h = env!("H");
    let i = option_env!("I");
    println!("{}", env::var("J").unwrap()); ~~ J!
    let k = vec![env::var("K").unwrap_or("x".into())]; ~~ K?
    assert!(env::var("L").is_ok()); ~~ L!
    let m = env::var(&name).unwrap(); ~~ *
    env::set_var("N", "x");
    for (key, value) in env::vars() {}
    let o = settings::env::var("O");
    env::var(Names::TOPIC).unwrap(); ~~ TOPIC_ARN!
    // env::var("P")
}
lazy_static! {
    static ref Q: String = env::var("Q").expect("Q"); ~~ Q!
}
macro_rules! ask { ($name:expr) => { std::env::var($name).unwrap() }; } ~~ *
macro_rules! fixed { () => { std::env::var("T").unwrap_or_default() }; } ~~ T?
const PREFIX: &str = "APP_";
fn formatted() {
    env::var(format!("{PREFIX}U")).unwrap(); ~~ APP_U!
    env::var(&format!("{}V", PREFIX)).unwrap(); ~~ APP_V!
    env::var(format!("{other}W")).unwrap(); ~~ *
}
/// env::var("R")
fn pass() -> Result<String, env::VarError> { env::var("S") } ~~ S!
"#,
    );
}

#[test]
fn tested() {
    check(
        Rust,
        r#"
use std::env;
fn main() -> Result<(), Error> {
    let a = match env::var("A") { ~~ A?
        Ok(value) => value,
        Err(_) => "x".to_string(),
    };
    let b = match env::var("B") { ~~ B!
        Ok(value) => value,
        Err(error) => return Err(error.into()),
    };
    if let Ok(c) = env::var("C") { use_it(c) } ~~ C?
    let Ok(d) = env::var("D") else { panic!("D") }; ~~ D!
    let Ok(e) = env::var("E") else { return Ok(()) }; ~~ E?
    let f = env::var("F")?; ~~ F!
    let g = env::var("G").map_err(Error::from)?; ~~ G!
    let h = env::var("H").context("H")?; ~~ H!
    let i = env::var("I").unwrap_or_else(|_| panic!("I")); ~~ I!
    let j = env::var("J").unwrap_or_else(|_| { eprintln!("J"); std::process::exit(1) }); ~~ J!
    if env::var("K").is_err() { bail!("K") } ~~ K!
    if env::var("L").is_ok() { use_it(env::var("L").unwrap()) } ~~ L? L?
    let m = env::var_os("M").unwrap(); ~~ M!
    let n = env::var("N"); ~~ N?
    if n.is_err() { return Ok(()) }
    let o = env::var("O").ok().and_then(|v| v.parse().ok()).unwrap_or(3); ~~ O?
    let p = env::var("P").unwrap_or_default(); ~~ P!
    if p.is_empty() { return Err(Error::P) }
    let q = env::var("Q").ok().ok_or(Error::Q)?; ~~ Q!
    let r = env::var("R").or_else(|_| env::var("S")).unwrap(); ~~ R? S!
    let t = env::var("T").as_deref() == Ok("1"); ~~ T?
    let u = if matches!(env::var("U"), Ok(_)) { 1 } else { 2 }; ~~ U?
    Ok(())
}
fn falls() -> Result<String, Error> {
    if let Ok(w) = env::var("W") { return Ok(w) } ~~ W!
    Err(Error::W)
}
fn option() -> Option<String> { Some(env::var("V").ok()?) } ~~ V?
"#,
    );
}

#[test]
fn modules_and_functions_have_names_of_their_own() {
    check(
        Rust,
        r#"
use std::env;
const NAME: &str = "OUTER";
fn env(name: &str) -> Option<String> { env::var(name).ok() } ~~ *
fn a() -> String { env::var("A").unwrap() } ~~ A!
mod inner {
    use super::env;
    const NAME: &str = "INNER";
    fn b() -> Option<String> { env::var("B").ok() } ~~ B?
    fn c() -> String { env::var(super::NAME).unwrap() } ~~ OUTER!
    fn d() -> String { env::var(self::NAME).unwrap() } ~~ INNER!
}
"#,
    );
}

#[test]
fn values_within_others() {
    check(
        Rust,
        r#"
fn f() -> Result<(), Error> {
    let a = std::env::var("A1").or_else(|_| std::env::var("A2")).unwrap_or_else(|_| "x".into()); ~~ A1? A2?
    let b = given.map(Ok).unwrap_or_else(|| { std::env::var_os("B").ok_or_else(|| Error::B) })?; ~~ B!
    if let (Ok(c), Ok(d)) = (std::env::var("C"), std::env::var("D")) { use_it(c, d) } ~~ C? D?
    let e = std::env::var("E").unwrap_or_else(|_| "x".to_string()); ~~ E?
    match e { e if e == "y" => (), _ => return Err(Error::E) }
    let f = std::env::var("F").ok(); ~~ F?
    if let Some(f) = f { use_it(f, f) }
    let g = Config { g: std::env::var("G") }; ~~ G?
    if g.g.is_err() { use_it(1, 2) }
    Ok(())
}
"#,
    );
}
