//! The little of YAML that settings of package managers are written in: top-level keys with a word or a list of words.
//! What is written otherwise is not found.

/// The words of the list at a top-level key.
pub(super) fn list(text: &str, key: &str) -> Vec<String> {
    let mut lines = text.lines();
    let Some(first) = lines.by_ref().find_map(|line| after_key(line, key)) else { return vec![] };
    let first = without_comment(first);
    if let Some(flow) = first.strip_prefix('[') {
        // It may go on over several lines.
        let rest = lines.map(without_comment);
        let whole = std::iter::once(flow).chain(rest).collect::<Vec<_>>().join(" ");
        let inside = whole.split(']').next().unwrap_or_default();
        return inside.split(',').map(word).filter(|word| !word.is_empty()).collect();
    }
    lines
        .map(|line| (line, without_comment(line)))
        .filter(|(_, text)| !text.is_empty())
        // The list ends at the next key.
        .take_while(|(line, text)| line.starts_with([' ', '\t']) || text.starts_with('-'))
        .filter_map(|(_, text)| text.strip_prefix('-').map(word))
        .collect()
}

/// The word at a top-level key.
pub(super) fn scalar(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| after_key(line, key)).map(|value| word(without_comment(value)))
}

fn after_key<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(['"', '\'']).unwrap_or(line).strip_prefix(key)?;
    rest.strip_prefix(['"', '\'']).unwrap_or(rest).strip_prefix(':')
}

fn without_comment(text: &str) -> &str {
    let text = text.trim();
    if text.starts_with('#') {
        return "";
    }
    text.split(" #").next().unwrap_or(text).trim_end()
}

fn word(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_their_usual_forms() {
        let text = "# settings\nother:\n  - x\npackages:\n  # all of them\n  - \"functions/*\"\n\n  - libs/* # shared\n  - '!libs/old'\nlast: 1\n";
        assert_eq!(list(text, "packages"), ["functions/*", "libs/*", "!libs/old"]);
        assert_eq!(list("packages:\n- a\n- b\nx: y\n", "packages"), ["a", "b"]);
        assert_eq!(list("packages: [a, 'b/*']\nx: y", "packages"), ["a", "b/*"]);
        assert_eq!(list("packages: [\n  a, # one\n  b,\n]\n", "packages"), ["a", "b"]);
        assert_eq!(list("catalog:\n  packages: 1\n", "packages"), Vec::<String>::new());
    }

    #[test]
    fn words_in_their_usual_forms() {
        assert_eq!(scalar("nodeLinker: node-modules # as ever\n", "nodeLinker").as_deref(), Some("node-modules"));
        assert_eq!(scalar("\"nodeLinker\": \"pnp\"\n", "nodeLinker").as_deref(), Some("pnp"));
        assert_eq!(scalar("  nodeLinker: pnp\n", "nodeLinker"), None);
    }
}
