//! Whole words in a source text, wherever they stand: in code, in strings and in comments alike.

/// Whether a letter may be in a name.
pub(super) fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// Where a name stands as a whole word.
pub(super) fn occurrences<'text>(text: &'text str, name: &'text str) -> impl Iterator<Item = usize> + 'text {
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_name_letter) && !after.is_some_and(is_name_letter)
    })
}

/// Whether a name stands anywhere as a whole word.
pub(super) fn occurs(text: &str, name: &str) -> bool {
    !name.is_empty() && occurrences(text, name).next().is_some()
}

/// The name that a text begins with, spaces before it left out.
pub(super) fn leading_name(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|letter| !is_name_letter(letter)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(occurs("exports.handler = 1", "handler"));
        assert!(!occurs("exports.handlers = my_handler", "handler"));
        assert!(!occurs("héhandler", "handler"));
        assert_eq!(leading_name("  main(event)"), "main");
        assert_eq!(leading_name("(x)"), "");
    }
}
