//! Words, texts and signs of source text, with comments passed over: all that finding imports needs, and twenty times as
//! fast as parsing. It is wrong now and then (a regular expression with a quote in it); a quote that is not closed ends with
//! its line, so that little is lost.

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Go,
    Java,
    JavaScript,
    Python,
    Ruby,
    Rust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Word(&'t str),
    /// What is between the quotes, as it stands there.
    Text(&'t str),
    Sign(u8),
    Newline,
}

/// The tokens of a file.
pub(super) fn tokens(dialect: Dialect, text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer {
        dialect,
        text,
        bytes: text.as_bytes(),
        at: 0,
        found: Vec::new(),
        templates: Vec::new(),
        heredocs: Vec::new(),
    };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.found
}

struct Lexer<'t> {
    dialect: Dialect,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    found: Vec<Token<'t>>,
    /// For each template of JavaScript that is open: how many braces are open in its substitution.
    templates: Vec<usize>,
    /// Words that end the heredocs of this line.
    heredocs: Vec<&'t str>,
}

impl<'t> Lexer<'t> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        match byte {
            b'\n' => {
                self.found.push(Token::Newline);
                self.at += 1;
                self.end_line();
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            _ if self.starts_comment() => {}
            _ if is_word(byte) => self.word(),
            b'"' | b'\'' | b'`' => self.quoted(byte),
            b'/' if self.dialect == Dialect::JavaScript && self.expects_value() => self.regular_expression(),
            b'<' if self.dialect == Dialect::Ruby && self.rest().starts_with("<<") => self.heredoc(),
            _ => self.sign(byte),
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Moves behind the next `end`, or to the end of the text.
    fn skip_behind(&mut self, end: &str) {
        let found = memchr::memmem::find(&self.bytes[self.at..], end.as_bytes());
        self.at = found.map_or(self.bytes.len(), |offset| self.at + offset + end.len());
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |offset| self.at + offset);
    }

    /// Passes over a comment, if one starts here.
    fn starts_comment(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        match self.dialect {
            Dialect::Python | Dialect::Ruby if rest[0] == b'#' => self.skip_line(),
            Dialect::Ruby
                if rest.starts_with(b"=begin") && self.found.last().is_none_or(|last| *last == Token::Newline) =>
            {
                self.skip_behind("\n=end");
            }
            Dialect::Python | Dialect::Ruby => return false,
            _ if rest.starts_with(b"//") => self.skip_line(),
            Dialect::Rust if rest.starts_with(b"/*") => self.nested_comment(),
            _ if rest.starts_with(b"/*") => self.skip_behind("*/"),
            _ => return false,
        }
        true
    }

    fn nested_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let step = match rest {
                [b'/', b'*', ..] => {
                    depth += 1;
                    2
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    2
                }
                _ => 1,
            };
            self.at += step;
            if depth == 0 {
                return;
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() && is_word(self.bytes[self.at]) {
            self.at += 1;
        }
        let word = self.slice(start, self.at);
        let is_raw = self.dialect == Dialect::Rust && matches!(word, "r" | "br" | "cr");
        if is_raw && matches!(self.bytes.get(self.at), Some(b'"' | b'#')) && self.raw_text() {
            return;
        }
        self.found.push(Token::Word(word));
    }

    /// Rust's `r#"…"#`.
    fn raw_text(&mut self) -> bool {
        let hashes = self.bytes[self.at..].iter().take_while(|byte| **byte == b'#').count();
        if self.bytes.get(self.at + hashes) != Some(&b'"') {
            return false;
        }
        let start = self.at + hashes + 1;
        let end = format!("\"{}", "#".repeat(hashes));
        self.at = start;
        self.skip_behind(&end);
        self.found.push(Token::Text(self.slice(start, self.at.saturating_sub(end.len()).max(start))));
        true
    }

    fn quoted(&mut self, quote: u8) {
        let triple = [quote; 3];
        let is_triple =
            matches!(self.dialect, Dialect::Python | Dialect::Java) && self.bytes[self.at..].starts_with(&triple);
        match (self.dialect, quote) {
            _ if is_triple => {
                let end = std::str::from_utf8(&triple).unwrap_or_default().to_owned();
                let start = self.at + 3;
                self.at = start;
                self.skip_behind(&end);
                self.found.push(Token::Text(self.slice(start, self.at.saturating_sub(3).max(start))));
            }
            (Dialect::JavaScript, b'`') => {
                self.at += 1;
                self.template();
            }
            (Dialect::Go, b'`') => {
                let start = self.at + 1;
                self.at = start;
                self.skip_behind("`");
                self.found.push(Token::Text(self.slice(start, self.at.saturating_sub(1).max(start))));
            }
            (Dialect::Rust, b'\'') => self.character_or_lifetime(),
            (Dialect::Python | Dialect::Rust | Dialect::Java, b'`') => self.sign(quote),
            _ => self.text_until(quote),
        }
    }

    fn text_until(&mut self, quote: u8) {
        let start = self.at + 1;
        self.at = start;
        let spans_lines = self.dialect == Dialect::Rust;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !spans_lines => break,
                byte if *byte == quote => break,
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at.min(self.bytes.len());
        self.found.push(Token::Text(self.slice(start, end)));
        self.at = if self.bytes.get(end) == Some(&quote) { end + 1 } else { end };
    }

    /// `'a'` is a character, `'a` is not.
    fn character_or_lifetime(&mut self) {
        let length = match &self.bytes[self.at..] {
            [_, b'\\', _, rest @ ..] => rest.iter().take(10).position(|byte| *byte == b'\'').map(|end| end + 4),
            [_, _, rest @ ..] => rest.iter().take(4).position(|byte| *byte == b'\'').map(|end| end + 3),
            _ => None,
        };
        // `'a, 'b` has a quote near by, but a comma before it.
        let is_character =
            |length: &usize| *length <= 3 || self.bytes[self.at + 1] == b'\\' || self.bytes[self.at + 1] >= 0x80;
        self.at += length.filter(is_character).unwrap_or(1);
    }

    /// The inside of a template up to its end or its next substitution.
    fn template(&mut self) {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'`' => {
                    self.found.push(Token::Text(self.slice(start, self.at)));
                    self.at += 1;
                    return;
                }
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.templates.push(0);
                    self.at += 2;
                    self.found.push(Token::Sign(b'{'));
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
    }

    fn sign(&mut self, byte: u8) {
        self.at += 1;
        self.found.push(Token::Sign(byte));
        match (byte, self.templates.last_mut()) {
            (b'{', Some(open)) => *open += 1,
            (b'}', Some(0)) => {
                self.templates.pop();
                self.template();
            }
            (b'}', Some(open)) => *open -= 1,
            _ => {}
        }
    }

    /// Whether a `/` here would begin a regular expression.
    fn expects_value(&self) -> bool {
        match self.found.iter().rev().find(|token| **token != Token::Newline) {
            None => true,
            Some(Token::Word(word)) => matches!(*word, "return" | "typeof" | "case" | "in" | "of" | "delete" | "void"),
            Some(Token::Sign(sign)) => !matches!(sign, b')' | b']' | b'}'),
            Some(Token::Text(_) | Token::Newline) => false,
        }
    }

    fn regular_expression(&mut self) {
        let mut end = self.at + 1;
        let mut in_class = false;
        loop {
            match self.bytes.get(end) {
                None | Some(b'\n') => return self.sign(b'/'),
                Some(b'\\') => end += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
            end += 1;
        }
        self.at = end + 1;
        self.found.push(Token::Text(""));
    }

    /// `<<~WORD`: the text begins on the next line.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let word = rest[2..].trim_start_matches(['~', '-']);
        let word = word.trim_start_matches(['"', '\'']);
        let length = word.bytes().take_while(|byte| is_word(*byte)).count();
        let starts = word.starts_with(|first: char| first.is_uppercase() || first == '_');
        self.at += 2;
        if starts && let Some(word) = word.get(..length) {
            self.at += rest[2..].find(word).unwrap_or_default() + length;
            self.heredocs.push(word);
            if matches!(self.bytes.get(self.at), Some(b'"' | b'\'')) {
                self.at += 1;
            }
        }
    }

    /// Passes over the heredocs that begin behind a line.
    fn end_line(&mut self) {
        for word in std::mem::take(&mut self.heredocs) {
            while self.at < self.bytes.len() {
                let start = self.at;
                self.skip_line();
                let line = self.slice(start, self.at);
                self.at = (self.at + 1).min(self.bytes.len());
                if line.trim() == word {
                    break;
                }
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::Token::{Newline, Sign, Text, Word};
    use super::{Dialect, tokens};

    #[test]
    fn comments_and_texts_are_no_words() {
        let found = tokens(Dialect::JavaScript, "a // b\n/* c */ 'd' `e${f}g` /h'/ \"i\ni");
        assert_eq!(
            found,
            [
                Word("a"),
                Newline,
                Text("d"),
                Sign(b'{'),
                Word("f"),
                Sign(b'}'),
                Text("g"),
                Sign(b'/'),
                Word("h"),
                Text("/ \"i"),
                Newline,
                Word("i")
            ]
        );
    }

    #[test]
    fn a_regular_expression_is_passed_over() {
        assert_eq!(tokens(Dialect::JavaScript, "= /'[/]/;"), [Sign(b'='), Text(""), Sign(b';')]);
        assert_eq!(tokens(Dialect::JavaScript, "a / b / c").len(), 5);
    }

    #[test]
    fn each_language_has_its_quotes() {
        assert_eq!(tokens(Dialect::Python, "'''a'\n'''b # c"), [Text("a'\n"), Word("b")]);
        assert_eq!(
            tokens(Dialect::Rust, "'a' &'b r#\"c\"d\"# '\\'' e"),
            [Sign(b'&'), Word("b"), Text("c\"d"), Word("e")]
        );
        assert_eq!(tokens(Dialect::Go, "`a\n'`"), [Text("a\n'")]);
        assert_eq!(tokens(Dialect::Ruby, "x(<<~A)\n'\n A\ny"), [Word("x"), Sign(b'('), Sign(b')'), Newline, Word("y")]);
        assert_eq!(tokens(Dialect::Rust, "/* a /* b */ c */ d"), [Word("d")]);
    }
}
