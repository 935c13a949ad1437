//! Names at the level of a Python module. Strings, comments, brackets and indentation are told apart; a name counts as there
//! when it stands in any statement that is not inside a function or class, whatever the statement does with it.

use super::Scan;
use super::words::is_name_letter;

/// With these around, a name can come about without being written.
const DYNAMIC: [&str; 10] =
    ["globals", "vars", "locals", "exec", "eval", "setattr", "__getattr__", "__dict__", "modules", "__setattr__"];

pub(super) fn scan(source: &str, name: &str) -> Scan {
    // Texts that a scanner of plain names cannot judge.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match plain.then(|| statements(source)).flatten() {
        Some(statements) => judge(&statements, name),
        None => Scan::NothingAgainst,
    }
}

fn judge(statements: &[Statement<'_>], name: &str) -> Scan {
    let mut instead = Vec::new();
    // The indentation of the function or class whose body is being read.
    let mut body_of: Option<usize> = None;
    for statement in statements {
        let names = &statement.names;
        let imports_all = names.first() == Some(&"from") && statement.has_star;
        let declares_global = names.first() == Some(&"global") && names.contains(&name);
        if imports_all || declares_global || names.iter().any(|word| DYNAMIC.contains(word)) {
            return Scan::NothingAgainst;
        }
        if body_of.is_some_and(|indentation| statement.indentation > indentation) {
            continue;
        }
        body_of = None;
        if names.contains(&name) {
            return Scan::NothingAgainst;
        }
        let opens = if names.first() == Some(&"async") { names.get(1) } else { names.first() };
        if matches!(opens, Some(&("def" | "class"))) {
            body_of = Some(statement.indentation);
            if opens == Some(&"def") && statement.indentation == 0 {
                let defined = names.iter().find(|word| !matches!(**word, "async" | "def"));
                instead.extend(defined.map(|defined| (*defined).to_owned()));
            }
        }
    }
    Scan::Absent { instead }
}

/// A logical line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Statement<'source> {
    indentation: usize,
    /// Names and keywords, in order; those in strings are not among them, those in the braces of f-strings are.
    names: Vec<&'source str>,
    has_star: bool,
}

/// The logical lines, or nothing when the text is not understood.
fn statements(source: &str) -> Option<Vec<Statement<'_>>> {
    let mut scanner = Scanner { source, at: 0, current: Statement::default(), done: Vec::new() };
    scanner.file()?;
    Some(scanner.done)
}

struct Scanner<'source> {
    source: &'source str,
    at: usize,
    current: Statement<'source>,
    done: Vec<Statement<'source>>,
}

/// How deep strings and brackets may be in each other.
const DEPTH_LIMIT: usize = 100;

impl<'source> Scanner<'source> {
    fn rest(&self) -> &'source str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn file(&mut self) -> Option<()> {
        if self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
        while self.at < self.source.len() {
            self.current.indentation = self.indentation()?;
            self.logical_line()?;
            let statement = std::mem::take(&mut self.current);
            if !statement.names.is_empty() {
                self.done.push(statement);
            }
        }
        Some(())
    }

    /// Tabs and spaces at the beginning of a line. A mixture is not understood.
    fn indentation(&mut self) -> Option<usize> {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        let (tabs, spaces) = (rest[..length].contains('\t'), rest[..length].contains(' '));
        self.at += length;
        let blank = matches!(self.peek(), None | Some('\n' | '\r' | '#'));
        (!(tabs && spaces) || blank).then_some(length)
    }

    /// Up to the line break that is in no bracket.
    fn logical_line(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(letter) = self.peek() {
            match letter {
                '\n' if depth == 0 => {
                    self.at += 1;
                    return Some(());
                }
                '(' | '[' | '{' => {
                    depth += 1;
                    self.at += 1;
                }
                ')' | ']' | '}' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.token(letter, 0)?,
            }
        }
        (depth == 0).then_some(())
    }

    /// One thing that is no bracket and no line break that ends a line.
    fn token(&mut self, letter: char, depth: usize) -> Option<()> {
        match letter {
            '#' => {
                let rest = self.rest();
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            '\\' => {
                self.at += 1;
                self.at += self.peek().map_or(0, char::len_utf8);
            }
            '"' | '\'' => self.string("", depth)?,
            '*' => {
                self.current.has_star = true;
                self.at += 1;
            }
            letter if is_name_letter(letter) && letter != '$' => {
                let rest = self.rest();
                let end = rest.find(|letter| !is_name_letter(letter) || letter == '$').unwrap_or(rest.len());
                let word = &rest[..end];
                self.at += end;
                if self.peek().is_some_and(|next| matches!(next, '"' | '\'')) && is_prefix(word) {
                    return self.string(word, depth);
                }
                self.current.names.push(word);
            }
            letter => self.at += letter.len_utf8(),
        }
        Some(())
    }

    /// A string whose prefix is behind.
    fn string(&mut self, prefix: &str, depth: usize) -> Option<()> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        let quote = self.peek()?;
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let end = if self.rest().starts_with(&triple) { triple } else { quote.to_string() };
        self.at += end.len();
        let has = |letter: char| prefix.chars().any(|other| other.eq_ignore_ascii_case(&letter));
        let (formatted, raw) = (has('f') || has('t'), has('r'));
        loop {
            let rest = self.rest();
            let letter = rest.chars().next()?;
            if rest.starts_with(&end) {
                self.at += end.len();
                return Some(());
            }
            match letter {
                '\\' => {
                    self.at += 1;
                    // Also in a raw string a quote behind a backslash does not end it.
                    let _ = raw;
                    self.at += self.peek()?.len_utf8();
                }
                '\n' if end.len() == 1 => return None,
                '{' if formatted && rest.starts_with("{{") => self.at += 2,
                '{' if formatted => self.field(depth + 1)?,
                letter => self.at += letter.len_utf8(),
            }
        }
    }

    /// What is in the braces of a formatted string.
    fn field(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        self.at += 1;
        let mut brackets = 0_usize;
        while let Some(letter) = self.peek() {
            match letter {
                '}' if brackets == 0 => {
                    self.at += 1;
                    return Some(());
                }
                ':' if brackets == 0 => return self.format(depth + 1),
                '(' | '[' | '{' => {
                    brackets += 1;
                    self.at += 1;
                }
                ')' | ']' | '}' => {
                    brackets = brackets.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.token(letter, depth)?,
            }
        }
        None
    }

    /// How a field is to be formatted, up to its closing brace; may hold fields itself.
    fn format(&mut self, depth: usize) -> Option<()> {
        while let Some(letter) = self.peek() {
            match letter {
                '}' => {
                    self.at += 1;
                    return Some(());
                }
                '{' => self.field(depth + 1)?,
                letter => self.at += letter.len_utf8(),
            }
        }
        None
    }
}

fn is_prefix(word: &str) -> bool {
    word.len() <= 2 && word.chars().all(|letter| matches!(letter.to_ascii_lowercase(), 'r' | 'b' | 'u' | 'f' | 't'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn there(source: &str) {
        assert_eq!(scan(source, "handler"), Scan::NothingAgainst, "{source}");
    }

    #[track_caller]
    fn absent(source: &str, instead: &[&str]) {
        let instead = instead.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(scan(source, "handler"), Scan::Absent { instead }, "{source}");
    }

    #[test]
    fn what_brings_a_name_about() {
        for source in [
            "def handler(event, context):\n    pass\n",
            "async def handler(event, context): ...",
            "handler = make()\n",
            "handler: Handler = make()\n",
            "a = handler = make()\n",
            "a, handler = make()\n",
            "(a,\n handler) = make()\n",
            "from app import main as handler\n",
            "from app import (\n    main,\n    handler,\n)\n",
            "import handler\n",
            "class handler:\n    pass\n",
            "if x:\n    def handler(e, c):\n        pass\n",
            "try:\n    from fast import handler\nexcept ImportError:\n    from slow import handler\n",
            "with x as handler:\n    pass\n",
            "for handler in handlers:\n    pass\n",
            "if (handler := make()):\n    pass\n",
            "x = 1; handler = 2\n",
            "def other():\n    global handler\n    handler = 1\n",
            "\u{feff}def handler(): pass",
            "def other():\r\n    pass\r\nhandler = other\r\n",
            "print(f'{(handler := 1)}')",
            "x = '''\n'''; handler = 1",
        ] {
            there(source);
        }
    }

    #[test]
    fn what_could_bring_any_name_about() {
        for source in [
            "from app import *\n",
            "globals()['han' + 'dler'] = main\n",
            "def __getattr__(name):\n    return main\n",
            "import sys\nsys.modules[__name__] = other\n",
            "exec(code)\n",
            "if x:\n\t def a(): pass\n",
            "x = 'unfinished\n",
            "x = (1\n",
            "x = )\n",
        ] {
            there(source);
        }
    }

    #[test]
    fn what_does_not() {
        absent("", &[]);
        absent("def lambda_handler(event, context):\n    pass\n", &["lambda_handler"]);
        absent("async def main(event, context):\n    pass\ndef other(): pass\n", &["main", "other"]);
        absent("# handler\nX = 'handler'\nY = \"\"\"\ndef handler(): pass\n\"\"\"\n", &[]);
        absent("class App:\n    def handler(self, event):\n        pass\n\napp = App()\n", &[]);
        absent("def main():\n    handler = 1\n    return handler\n", &["main"]);
        absent("X = rb'\\'handler'\n", &[]);
        absent("X = f'{{handler}} {x[\"handler\"]!r:>{width}}'\n", &[]);
        absent("def main(\n    event,\n):\n    handler = 1\n", &["main"]);
        absent("def main():\n    x = '''\nhandler = 1\n'''\n", &["main"]);
        absent("x = 1 + \\\n    2\ndef main(): pass\n", &["main"]);
    }
}
