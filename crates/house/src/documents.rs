//! What documents say, in the parts that can be checked: links, commands.

/// The targets of a Markdown document's links that point into the repository, without their `#` parts.
#[must_use]
pub fn links(markdown: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (start, _) in markdown.match_indices("](") {
        let target = &markdown[start + 2..];
        let Some(end) = target.find(')') else { continue };
        let target = target[..end].split('#').next().unwrap_or_default();
        if !target.is_empty() && !target.contains("://") {
            found.push(target);
        }
    }
    found
}

/// The command lines in a document's `sh` blocks, with `\` at a line's end joined, comments and empty lines left out.
#[must_use]
pub fn shell_commands(markdown: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut inside, mut continued) = (false, false);
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```sh" && !inside;
            continue;
        }
        let line = line.trim();
        if !inside || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |part| (part.trim_end(), true));
        match found.last_mut().filter(|_| continued) {
            Some(command) => *command = format!("{command} {part}"),
            None => found.push(part.to_owned()),
        }
        continued = goes_on;
    }
    found
}

/// The arguments that a document's command hands to `shipway`, if it runs it.
#[must_use]
pub fn shipway_arguments(command: &str) -> Option<Vec<&str>> {
    let mut words: Vec<&str> = command.split_whitespace().take_while(|word| !["|", ">", "&&"].contains(word)).collect();
    while words.first().is_some_and(|word| word.contains('=') && !word.starts_with('-')) {
        words.remove(0);
    }
    match words.first() {
        Some(&"shipway") => Some(words[1..].to_vec()),
        Some(&"cargo") if words.get(1) == Some(&"run") => {
            let separator = words.iter().position(|word| *word == "--")?;
            Some(words[separator + 1..].to_vec())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{links, shell_commands, shipway_arguments};

    #[test]
    fn finds_links_into_the_repository() {
        let text = "[a](docs/a.md#part) [b](https://example.com) [c](#here) ![d](d.png)";
        assert_eq!(links(text), ["docs/a.md", "d.png"]);
    }

    #[test]
    fn finds_commands() {
        let text =
            "```sh\n# a comment\nshipway a \\\n  --b\n\nX=1 cargo run --release -- -C d c\n```\n```json\n{}\n```\n";
        let commands = shell_commands(text);
        assert_eq!(commands, ["shipway a --b", "X=1 cargo run --release -- -C d c"]);
        assert_eq!(shipway_arguments(&commands[0]), Some(vec!["a", "--b"]));
        assert_eq!(shipway_arguments(&commands[1]), Some(vec!["-C", "d", "c"]));
        assert_eq!(shipway_arguments("git status"), None);
    }
}
