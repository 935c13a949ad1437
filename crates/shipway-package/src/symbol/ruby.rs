//! Methods of a Ruby file. A method whose name stands nowhere in the text comes from another file or is made at run time:
//! unless nothing does either, nothing is claimed.

use super::Scan;
use super::words::{leading_name, occurs};

/// With these around, a method can come about without its name being written.
const DYNAMIC: [&str; 18] = [
    "require_relative",
    "load",
    "autoload",
    "eval",
    "instance_eval",
    "class_eval",
    "module_eval",
    "define_method",
    "define_singleton_method",
    "method_missing",
    "include",
    "extend",
    "prepend",
    "send",
    "public_send",
    "using",
    "const_missing",
    "__send__",
];

/// Libraries that come with Ruby or with the runtime, and define no handlers.
const HARMLESS: [&str; 27] = [
    "base64",
    "benchmark",
    "bigdecimal",
    "cgi",
    "csv",
    "date",
    "digest",
    "erb",
    "fileutils",
    "json",
    "logger",
    "net/http",
    "open-uri",
    "openssl",
    "ostruct",
    "pathname",
    "pp",
    "securerandom",
    "set",
    "stringio",
    "strscan",
    "tempfile",
    "time",
    "timeout",
    "uri",
    "yaml",
    "zlib",
];

pub(super) fn scan(source: &str, name: &str) -> Scan {
    // `App::Handler.call` is a method of a class.
    let (class, method) = name.rsplit_once('.').map_or((None, name), |(class, method)| (Some(class), method));
    let inherits = class.is_some() && source.contains('<');
    if method.is_empty() || inherits || occurs(source, method) || DYNAMIC.iter().any(|word| occurs(source, word)) {
        return Scan::NothingAgainst;
    }
    if !source.lines().all(requires_nothing_else) {
        return Scan::NothingAgainst;
    }
    let defined = |line: &str| line.strip_prefix("def ").map(|rest| leading_name(rest).to_owned());
    Scan::Absent { instead: source.lines().filter_map(defined).filter(|name| !name.is_empty()).collect() }
}

/// Whether a line loads nothing, or only what is known to define no handler.
fn requires_nothing_else(line: &str) -> bool {
    if !occurs(line, "require") {
        return true;
    }
    let Some(argument) = line.trim().strip_prefix("require") else { return false };
    let argument = argument.trim_matches([' ', '(', ')', '\'', '"']);
    HARMLESS.contains(&argument) || argument.starts_with("aws-sdk-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn there(source: &str, name: &str) {
        assert_eq!(scan(source, name), Scan::NothingAgainst, "{source}");
    }

    #[test]
    fn what_defines_it_or_could() {
        there("def handler(event:, context:)\nend\n", "handler");
        there(
            "module App\n  class Handler\n    def self.call(event:, context:)\n    end\n  end\nend\n",
            "App::Handler.call",
        );
        there("class Handler < Base\nend\n", "Handler.call");
        there("require_relative 'app'\n", "handler");
        there("require 'sinatra'\n", "handler");
        there("x = 1; require 'json'\n", "handler");
        there("define_method(name) { }\n", "handler");
        there("alias handler main\n", "handler");
    }

    #[test]
    fn what_does_not() {
        let source =
            "require 'json'\nrequire(\"aws-sdk-s3\")\n\ndef lambda_handler(event:, context:)\n  { ok: true }\nend\n";
        assert_eq!(scan(source, "handler"), Scan::Absent { instead: vec!["lambda_handler".to_owned()] });
        assert_eq!(scan("class Handler\nend\n", "Handler.call"), Scan::Absent { instead: vec![] });
    }
}
