//! What holds for any text.

use proptest::prelude::*;

use super::*;

/// Words that make texts look like a configuration.
fn fragment() -> impl Strategy<Value = String> {
    let words = [
        "[project]",
        "name",
        "=",
        "\"orders\"",
        "\n",
        "[functions.a]",
        "path",
        "build",
        "{",
        "}",
        "[",
        "]",
        ",",
        ".",
        "command",
        "output",
        "prebuilt",
        "\"../x\"",
        "[environments.b]",
        "provider",
        "\"local\"",
        "store",
        "alias",
        "false",
        "12",
        "1.5",
        "environment",
        "functions",
        "[environments.b.functions.a]",
        "#",
        "'",
        "\"\"\"",
        "é",
        "\t",
        "requires",
        "memory",
        "\r\n",
        "1979-05-27",
        "\"\\u001b\"",
        "[[functions]]",
    ];
    prop_oneof![6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn check_problems(text: &str) -> Result<(), TestCaseError> {
    let Err(problems) = ProjectConfiguration::parse("shipway.toml", text) else { return Ok(()) };
    prop_assert!(!problems.0.is_empty());
    let mut last = 0;
    for problem in &problems {
        let escape = problem.to_string().contains('\x1b');
        prop_assert!(!problem.message.is_empty() && !escape);
        let location = problem.location.as_ref().expect("every problem of a file is in the file");
        prop_assert!(location.span.start <= location.span.end && location.span.end <= text.len());
        prop_assert!(text.is_char_boundary(location.span.start) && text.is_char_boundary(location.span.end));
        prop_assert!(location.span.start >= last, "problems are in the order of the file");
        last = location.span.start;
        let line = text.split('\n').nth(location.line - 1);
        prop_assert!(line.is_some_and(|line| line.chars().count() + 1 >= location.column));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_or_has_located_problems(text in any::<String>()) {
        check_problems(&text)?;
    }

    #[test]
    fn a_text_of_familiar_words_too(words in prop::collection::vec(fragment(), 0..60)) {
        check_problems(&words.concat())?;
        check_problems(&words.join(" "))?;
    }

    #[test]
    fn a_cut_file_too(cut in 0..super::settings::EXAMPLE.len()) {
        if let Some(text) = super::settings::EXAMPLE.get(..cut) {
            check_problems(text)?;
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for text in [
        format!("a = {}", "[".repeat(20_000)),
        format!("{} = 1\n", vec!["a"; 20_000].join(".")),
        format!("[{}]\n", vec!["functions"; 20_000].join(".")),
        format!("a = {}1", "{ b = ".repeat(20_000)),
    ] {
        assert!(check_problems(&text).is_ok());
        assert!(ProjectConfiguration::parse("shipway.toml", &text).is_err());
    }
}
