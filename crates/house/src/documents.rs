//! What documents say, in the parts that can be checked: links, commands, IAM actions.

use std::collections::BTreeSet;

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

/// A fenced block of a Markdown document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'d> {
    /// What stands behind the opening fence: `sh`, `json` …
    pub language: &'d str,
    /// Its lines.
    pub lines: Vec<&'d str>,
}

/// The fenced blocks of a document, in order.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Block { language, lines: Vec::new() }),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(block)) => block.lines.push(line),
            (None, None) => {}
        }
    }
    found
}

/// The command lines in a document's `sh` blocks.
#[must_use]
pub fn shell_commands(markdown: &str) -> Vec<String> {
    blocks(markdown).iter().filter(|block| block.language == "sh").flat_map(commands).collect()
}

/// The command lines in a block, with `\` at a line's end joined, comments and empty lines left out.
#[must_use]
pub fn commands(block: &Block<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut continued = false;
    for line in block.lines.iter().map(|line| line.trim()) {
        if line.is_empty() || line.starts_with('#') {
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

/// The IAM actions of one service (`lambda:…`) that a document's JSON lists.
#[must_use]
pub fn actions(markdown: &str, service: &str) -> BTreeSet<String> {
    let start = format!("\"{service}:");
    markdown
        .match_indices(&start)
        .filter_map(|(at, _)| markdown[at + 1..].split('"').next())
        .filter(|action| action[service.len() + 1..].chars().all(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// The IAM actions of Lambda that a source file's calls of the SDK need: `.get_function()` needs `lambda:GetFunction`.
///
/// Operations are told from other methods by their first word and by taking no arguments.
#[must_use]
pub fn lambda_actions_called(source: &str) -> BTreeSet<String> {
    const VERBS: &[&str] =
        &["get", "list", "create", "update", "delete", "publish", "invoke", "put", "add", "remove", "tag"];
    const OF_OTHER_SERVICES: &[&str] = &[
        "get_object",
        "put_object",
        "delete_object",
        "list_objects_v2",
        "get_bucket_versioning",
        "get_caller_identity",
        "get",
    ];
    let mut found = BTreeSet::new();
    for (end, _) in source.match_indices("()") {
        let Some((_, method)) = source[..end].rsplit_once('.') else { continue };
        let is_name = method.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        let verb = method.split('_').next().unwrap_or_default();
        if is_name && VERBS.contains(&verb) && !OF_OTHER_SERVICES.contains(&method) {
            let words = method.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
            let name: String = words.collect();
            found.insert(if name == "Invoke" { "lambda:InvokeFunction".to_owned() } else { format!("lambda:{name}") });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{actions, lambda_actions_called, links, shell_commands, shipway_arguments};

    #[test]
    fn finds_actions_in_policies_and_calls() {
        let policy = r#""Action": ["lambda:GetAlias", "s3:GetObject"], "arn:aws:lambda:eu-west-1:1:function:*""#;
        assert_eq!(actions(policy, "lambda").into_iter().collect::<Vec<_>>(), ["lambda:GetAlias"]);
        let source = "self.reads\n  .get_alias()\n .name(a.as_str()); x.invoke(); y.get_object(); z.update(1)";
        let called: Vec<String> = lambda_actions_called(source).into_iter().collect();
        assert_eq!(called, ["lambda:GetAlias", "lambda:InvokeFunction"]);
    }

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
