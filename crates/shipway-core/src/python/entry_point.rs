//! The stable entry point of a Python function: `package.module:function` in the configuration becomes a module at the
//! package's root under the name that provisioning knows.

use std::fmt;
use std::fmt::Write as _;

/// The module at the package's root.
pub const ROOT_MODULE: &str = "lambda_function";

/// Python's reserved words: no module or function has one for a name. Source: the language reference, "Keywords".
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// A text that is no entry point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an entry point: {reason}")]
pub struct InvalidEntryPoint {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidEntryPoint {
    /// How one looks.
    pub const HINT: &str =
        "an entry point is `package.module:function`, such as `shop.web:answer` for `def answer` in shop/web.py";
}

/// A function of a module in the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// The module's name, with dots.
    pub module: String,
    /// The function's name.
    pub function: String,
}

impl EntryPoint {
    /// Reads `package.module:function`.
    ///
    /// # Errors
    /// When it is spelt otherwise.
    pub fn parse(text: &str) -> Result<Self, InvalidEntryPoint> {
        let invalid = |reason: String| InvalidEntryPoint { text: text.to_owned(), reason };
        let (module, function) = text.split_once(':').ok_or_else(|| invalid("it has no `:`".to_owned()))?;
        for part in module.split('.') {
            if !is_identifier(part) {
                let hint = if module.contains('/') { ": folders are separated by dots" } else { "" };
                return Err(invalid(format!("{} cannot be a module's name{hint}", quoted(part))));
            }
        }
        if !is_identifier(function) {
            return Err(invalid(format!("{} cannot be a function's name", quoted(function))));
        }
        if module.split('.').next() == Some(ROOT_MODULE) {
            return Err(invalid(format!("the generated module is called `{ROOT_MODULE}` itself")));
        }
        Ok(Self { module: module.to_owned(), function: function.to_owned() })
    }

    /// The files that Python could take for the module, in its order.
    #[must_use]
    pub fn files(&self) -> [String; 2] {
        let path = self.module.replace('.', "/");
        [format!("{path}/__init__.py"), format!("{path}.py")]
    }

    /// The text of the root module.
    #[must_use]
    pub fn root_module(&self) -> String {
        let Self { module, function } = self;
        let mut text = String::from(
            "# Written by Shipway: the handler that provisioning knows, lambda_function.lambda_handler, calls the\n\
             # function that `handler` in shipway.toml names.\n",
        );
        let _ = write!(text, "from {module} import {function}\n\nlambda_handler = {function}\n");
        text
    }

    /// Whether the module with this text may define the function. Where names are made in other ways than by writing
    /// them down, nobody can tell: it may.
    #[must_use]
    pub fn may_be_in(&self, module_text: &str) -> bool {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let made = ["import *", "__getattr__", "globals()", "setattr("];
        made.iter().any(|way| module_text.contains(way))
            || module_text.split(|character| !is_part(character)).any(|word| word == self.function)
    }
}

impl fmt::Display for EntryPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.module, self.function)
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    let begins = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    begins && characters.all(|other| other.is_alphanumeric() || other == '_') && !KEYWORDS.contains(&text)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn the_root_module_calls_the_function() {
        let entry_point = EntryPoint::parse("greeting.web:answer").unwrap();
        assert_eq!(entry_point.files(), ["greeting/web/__init__.py", "greeting/web.py"]);
        assert_snapshot!(entry_point.root_module(), @"
        # Written by Shipway: the handler that provisioning knows, lambda_function.lambda_handler, calls the
        # function that `handler` in shipway.toml names.
        from greeting.web import answer

        lambda_handler = answer
        ");
    }

    #[test]
    fn other_spellings_are_refused() {
        let refused = |text: &str| EntryPoint::parse(text).unwrap_err().to_string();
        assert_snapshot!(refused("shop/web:answer"), @"`shop/web:answer` is not an entry point: `shop/web` cannot be a module's name: folders are separated by dots");
        assert_snapshot!(refused("shop.web:"), @"`shop.web:` is not an entry point: an empty text cannot be a function's name");
        assert_snapshot!(refused("shop..web:answer"), @"`shop..web:answer` is not an entry point: an empty text cannot be a module's name");
        assert_snapshot!(refused("shop.class:answer"), @"`shop.class:answer` is not an entry point: `class` cannot be a module's name");
        assert_snapshot!(refused("shop:a.b"), @"`shop:a.b` is not an entry point: `a.b` cannot be a function's name");
        assert_snapshot!(refused("shop::answer"), @"`shop::answer` is not an entry point: `:answer` cannot be a function's name");
        assert_snapshot!(refused("lambda_function:answer"), @"`lambda_function:answer` is not an entry point: the generated module is called `lambda_function` itself");
        assert!(EntryPoint::parse("größe.näher:antwort_2").is_ok());
    }

    #[test]
    fn a_name_that_is_nowhere_in_the_module_is_not_in_it() {
        let entry_point = EntryPoint::parse("shop:answer").unwrap();
        for text in ["def answer(event, context):", "from x import answer", "answer = f()", "from x import *"] {
            assert!(entry_point.may_be_in(text), "{text}");
        }
        assert!(!entry_point.may_be_in("def answers(event, context):\n"));
    }
}
