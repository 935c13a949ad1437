//! Nothing panics, whatever the text is.

use proptest::prelude::*;
use shipway_contract::reach::{Family, Function, Project, find};
use shipway_contract::{Language, read};

/// Pieces that mean something to one language or the other.
const PIECES: &[&str] = &[
    "os.environ",
    "[\"A\"]",
    ".get(",
    "'B'",
    ")",
    "os.getenv(",
    "import os\n",
    "from os import environ as e\n",
    "if ",
    "not ",
    ":\n  ",
    "\n",
    "raise X\n",
    "process.env",
    ".A",
    "const { A, b: c = 1, ...d } = ",
    "?? ",
    "|| ",
    "&& ",
    "?.",
    "! ",
    "{",
    "}",
    "(",
    "[",
    "]",
    "=",
    "==",
    "throw e;",
    "else ",
    "switch (",
    "case ",
    "default:",
    "os.Getenv(",
    "v, ok := os.LookupEnv(\"C\")\n",
    "; !ok ",
    "return err\n",
    "panic(",
    "func f() {",
    "use std::env::{self, var as v};",
    "env::var(",
    ".unwrap()",
    "?",
    "let Ok(x) = ",
    "match ",
    "=> ",
    "Err(_) ",
    "vec![",
    "assert!(",
    "lazy_static! {",
    "macro_rules! m {",
    "System.getenv(",
    ".orElse(",
    "class A {",
    "static final String N = ",
    "ENV",
    ".fetch(",
    " do |x| ",
    "end\n",
    "unless ",
    "rescue ",
    "begin\n",
    "\"#{",
    "`${",
    "<<~X\n",
    "r#\"",
    "/*",
    "*/",
    "//",
    "#",
    "\"",
    "'",
    "\\",
    "é",
    "\u{0}",
    "\r\n",
    "BaseSettings",
    "class S(BaseSettings):\n  a: str = Field(",
    "validation_alias=AliasChoices(",
    "env_prefix",
    "N = ",
    "N",
    "+ ",
    "lambda: ",
    "async ",
    "require('process')",
    "x ||= ",
    "while ",
    "for x in ",
    "try:\n ",
    "except KeyError:\n ",
    "= x = y = ",
    "e",
    "mod a;",
    "#[cfg(test)]",
    "import './a'",
    "require_relative 'a'",
];

fn check(text: &[u8]) {
    for language in Language::ALL {
        let reading = read(language, text);
        let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
        for read in &reading.reads {
            assert!(read.line.get() as usize <= lines);
        }
    }
    let function =
        |family| Function { family, folder: "", handler: "a.b", entry: None, depends_on: &[], packages: &NOTHING };
    for (family, path) in [
        (Family::Python, "a.py"),
        (Family::Node, "a.js"),
        (Family::Go, "a.go"),
        (Family::Rust, "src/main.rs"),
        (Family::Java, "src/main/java/a.java"),
        (Family::Ruby, "a.rb"),
    ] {
        let paths = [path.to_owned()].into();
        let found = find(&Project { paths: &paths, content: &|_| Some(text.to_vec()) }, &function(family));
        assert!(found.reached.len() <= 1);
    }
}

static NOTHING: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn random_pieces(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        check(pieces.concat().as_bytes());
    }
}

#[test]
fn what_is_nested_deep_does_not_overflow_the_stack() {
    for (open, inside, close) in [
        ("(", "os.environ['A']", ")"),
        ("[", "process.env.A", "]"),
        ("{", "ENV['A']", "}"),
        ("if (process.env.A) {", "process.env.A", "}"),
        ("not ", "os.environ.get('A')", ""),
        ("!", "process.env.A", ""),
        ("a || ", "process.env.A", ""),
        ("f(", "std::env::var(\"A\").unwrap()", ")"),
        ("f(os.Getenv(\"A\"), ", "1", ")"),
        ("System.getenv(\"A\").x(", "", ")"),
        ("x = ", "ENV['A']", ""),
        ("`${", "process.env.A", "}`"),
        ("/*", "", "*/"),
        ("begin ", "ENV.fetch('A')", " end"),
    ] {
        let text = format!("import os\nconst x = {}{inside}{}", open.repeat(1_000), close.repeat(1_000));
        check(text.as_bytes());
    }
}

#[test]
fn long_lines_and_chains_are_read() {
    let many = "process.env.A + ".repeat(5_000);
    assert_eq!(read(Language::JavaScript, format!("x = {many}1").as_bytes()).reads.len(), 5_000);
    let names: String = (0..3_000).map(|number| format!("n{number} = n{}\n", number + 1)).collect();
    check(format!("import os\n{names}os.environ[n0]\nn3000 = n0").as_bytes());
}

/// Generated code repeats itself; what is looked at for each read is bounded.
#[test]
fn what_repeats_itself_is_read() {
    let reads = |language, begin: &str, repeated: &str, end: &str| {
        read(language, format!("{begin}{}{end}", repeated.repeat(1_000)).as_bytes()).reads.len()
    };
    let python = "    x = os.environ.get('A')\n    if not x: x = os.environ.get('B')\n";
    assert_eq!(reads(Language::Python, "import os\ndef f():\n", python, ""), 2_000);
    let go = "if e := os.Getenv(\"A\"); e != \"\" { use(e) }\n";
    assert_eq!(reads(Language::Go, "package main\nfunc f() {\n", go, "}\n"), 1_000);
    assert_eq!(
        reads(Language::Go, "package main\nfunc f() {\nswitch {\n", "case os.Getenv(\"A\") == \"\": g()\n", "}}\n"),
        1_000
    );
    let rust = "let x = std::env::var(\"A\").ok(); if x.is_none() { g(x) }\n";
    assert_eq!(reads(Language::Rust, "fn f() {\n", rust, "}\n"), 1_000);
}

#[test]
fn names_that_lead_in_circles_are_computed() {
    let reading = read(Language::Python, b"import os\na = b\nb = a\nos.environ[a]\ne = f\nf = e\ne['X']\n");
    assert_eq!(reading.reads, []);
    assert_eq!(reading.computed.len(), 1);
}
