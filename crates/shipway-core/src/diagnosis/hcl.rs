//! Small pieces of HCL: quoted text, labels, blocks with aligned arguments as `terraform fmt` leaves them.

/// A text in quotes: nothing in it is taken for an escape, an interpolation or a directive.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
}

/// A label that is an identifier: letters, digits and underscores, not beginning with a digit.
pub(super) fn label(parts: &[&str]) -> String {
    let one = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    let text: String = parts.join("_").chars().map(one).collect();
    if text.starts_with(|first: char| first.is_ascii_digit()) { format!("_{text}") } else { text }
}

/// `resource "KIND" "LABEL" { … }` with these arguments, values as they stand, and further lines (nested blocks) after
/// them.
pub(super) fn resource(kind: &str, label: &str, arguments: &[(&str, String)], nested: &[&str]) -> String {
    let width = arguments.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("resource \"{kind}\" \"{label}\" {{\n");
    for (name, value) in arguments {
        text.push_str(&format!("  {name:<width$} = {value}\n"));
    }
    if !nested.is_empty() {
        text.push('\n');
        for line in nested {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text.push_str("}\n");
    text
}

/// A paragraph as comment lines, broken at about a hundred characters between words.
pub(super) fn comment(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut lines = String::new();
    for paragraph in text.lines() {
        let mut line = String::from("#");
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if line.len() + 1 + word.len() > WIDTH && line.len() > 1 {
                lines.push_str(&line);
                lines.push('\n');
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// Lines that are to be written elsewhere, as comments that keep their indentation.
pub(super) fn commented(lines: &str) -> String {
    lines.lines().map(|line| format!("#   {line}").trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_labels_are_identifiers() {
        assert_eq!(quoted(r#"a"b\${c}%{d}"#), r#""a\"b\\$${c}%%{d}""#);
        assert_eq!(label(&["create-order:eu", "live"]), "create_order_eu_live");
        assert_eq!(label(&["3d"]), "_3d");
    }

    #[test]
    fn arguments_are_aligned_and_comments_are_broken() {
        let arguments = [("name", quoted("live")), ("function_name", quoted("f"))];
        let expected =
            "resource \"aws_lambda_alias\" \"f_live\" {\n  name          = \"live\"\n  function_name = \"f\"\n}\n";
        assert_eq!(resource("aws_lambda_alias", "f_live", &arguments, &[]), expected);
        let broken = comment(&"word ".repeat(50));
        assert!(
            broken.lines().count() > 2 && broken.lines().all(|line| line.len() <= 100 && line.starts_with("# word"))
        );
        assert_eq!(commented("a {\n  b = 1\n}\n"), "#   a {\n#     b = 1\n#   }\n");
    }
}
