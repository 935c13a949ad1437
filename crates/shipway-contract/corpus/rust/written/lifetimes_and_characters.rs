use std::env;

struct Parser<'a> {
    text: &'a str,
    quote: char,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let quote = env::var("QUOTE").ok().and_then(|q| q.chars().next()).unwrap_or('"');
        Parser { text, quote }
    }

    fn unquoted(&self) -> &'a str {
        'outer: for character in self.text.chars() {
            if character == '\'' || character == self.quote {
                break 'outer;
            }
        }
        let bytes = b"env::var(\"IN_BYTES\")";
        let raw = br##"env::var("IN_RAW_BYTES")"#"##;
        println!("{bytes:?} {raw:?} {}", env::var("SEPARATOR").unwrap());
        self.text
    }
}
