//! Exports of a JavaScript file. A name that stands nowhere in the text is exported only by what takes names from elsewhere:
//! unless every mention of `exports` and `export` is one that does not, nothing is claimed.

use super::Scan;
use super::words::{leading_name, occurrences, occurs};

pub(super) fn scan(source: &str, name: &str) -> Scan {
    // `a.b` is a property of what is exported as `a`.
    let name = name.split('.').next().unwrap_or(name);
    let exports = Exports::of(source);
    match exports {
        Some(Exports { names }) if names.is_empty() || !occurs(source, name) => Scan::Absent { instead: names },
        _ => Scan::NothingAgainst,
    }
}

/// All that a file exports.
struct Exports {
    names: Vec<String>,
}

impl Exports {
    /// `None` when something is exported under names that are not plain to see.
    fn of(source: &str) -> Option<Self> {
        // An escaped letter in a name would not be found; `this` at the top is what is exported.
        if source.contains("\\u") || source.contains("\\x") || occurs(source, "this") || occurs(source, "eval") {
            return None;
        }
        // Whoever is given `module` or `arguments` can put anything into the exports.
        let handed_on = |at: usize| !source[at + "module".len()..].trim_start().starts_with(".exports");
        if occurrences(source, "module").any(handed_on) || occurs(source, "arguments") {
            return None;
        }
        let mut names = Vec::new();
        for at in occurrences(source, "exports") {
            names.extend(common_js(source, at)?);
        }
        for at in occurrences(source, "export") {
            names.extend(module(&source[at + "export".len()..])?);
        }
        Some(Self { names })
    }
}

/// `exports.name = …`, `exports.__esModule`, `Object.defineProperty(exports, "__esModule"`, `module.exports = { … }`.
fn common_js(source: &str, at: usize) -> Option<Vec<String>> {
    let after = source[at + "exports".len()..].trim_start();
    let is_of_module = source[..at].trim_end().ends_with("module.");
    if let Some(property) = after.strip_prefix('.') {
        let name = leading_name(property);
        let rest = property.trim_start().strip_prefix(name)?.trim_start();
        return (!name.is_empty() && rest.starts_with('=') && !rest.starts_with("=="))
            .then(|| if name == "__esModule" { Vec::new() } else { vec![name.to_owned()] });
    }
    if let Some(rest) = after.strip_prefix(',') {
        let marks = rest.trim_start().get(1..).is_some_and(|rest| rest.starts_with("__esModule"));
        return marks.then(Vec::new);
    }
    let literal = after.strip_prefix('=').filter(|_| is_of_module)?.trim_start().strip_prefix('{')?;
    object(literal)
}

/// The names in an object of plain properties: shorthands, `name: …` without further braces, methods excepted.
fn object(literal: &str) -> Option<Vec<String>> {
    let body = &literal[..literal.find('}')?];
    if body.contains(['{', '[', '(', '`', '"', '\'', '/']) || body.contains("...") {
        return None;
    }
    let names = body.split(',').map(leading_name).filter(|name| !name.is_empty());
    Some(names.map(str::to_owned).collect())
}

/// `export const name`, `export function name`, `export { a, b as c }`; what is behind `export`.
fn module(after: &str) -> Option<Vec<String>> {
    let trimmed = after.trim_start();
    if let Some(list) = trimmed.strip_prefix('{') {
        let body = &list[..list.find('}')?];
        let exported = |part: &str| part.split_whitespace().next_back().map(str::to_owned);
        return Some(body.split(',').filter_map(exported).collect());
    }
    let mut words = trimmed.split_whitespace();
    let mut keyword = words.next()?;
    if keyword == "async" {
        keyword = words.next()?;
    }
    let name = leading_name(words.next()?.trim_start_matches('*'));
    let declares = matches!(keyword, "const" | "let" | "var" | "function" | "function*" | "class");
    (declares && !name.is_empty()).then(|| vec![name.to_owned()])
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
    fn what_exports_it() {
        for source in [
            "exports.handler = async (event) => ({});",
            "module.exports.handler = x;",
            "module.exports = { handler };",
            "module.exports = { handler: main, other };",
            "export const handler = async () => {};",
            "export async function handler(event) {}",
            "const main = 1;\nexport { main as handler };",
            "export { handler } from './app.mjs';",
        ] {
            there(source);
        }
    }

    #[test]
    fn what_could_export_any_name() {
        for source in [
            "export * from './app.mjs';",
            "module.exports = require('./app');",
            "module.exports = { ...require('./app') };",
            "Object.assign(exports, require('./app'));",
            "exports[name] = 1;",
            "__exportStar(require('./app'), exports);",
            "module.exports = class {};",
            "module.exports = { ['han' + 'dler']: 1 };",
            "module['exports'] = other;",
            "exports.h\\u0061ndler = 1;",
            "this[name] = 1;",
            "export default { main };",
            "export const { a, b } = c;",
            "const e = exports; e[name] = 1;",
            "require('./fill')(module);",
        ] {
            there(source);
        }
    }

    #[test]
    fn what_does_not_export_it() {
        absent("console.log('hello');", &[]);
        absent("async function handler(event) { return 1; }", &[]);
        absent("exports.main = async () => {};", &["main"]);
        absent(
            "\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\nexports.main = main;",
            &["main"],
        );
        absent("module.exports = { main, other: x };", &["main", "other"]);
        absent("export const lambdaHandler = () => {};\nexport { a, b as c };", &["lambdaHandler", "a", "c"]);
        absent("exports.handlers = 1;", &["handlers"]);
    }

    #[test]
    fn a_property_of_an_export_is_looked_for_by_the_exports_name() {
        assert_eq!(scan("exports.api = { get };", "api.get"), Scan::NothingAgainst);
    }
}
