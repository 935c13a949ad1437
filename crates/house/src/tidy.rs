//! What every file of the repository keeps to.

/// A file longer than this is really two. (At 500 lines it is time to ask; at this many the test says so.)
pub const LONGEST_FILE: usize = 800;

/// What is wrong with a Rust file; empty when nothing is.
#[must_use]
pub fn rust_file(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push(format!("{path}: does not open with `//!`: what it is for and what it must not do"));
    }
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        found.push(format!("{path}: {lines} lines, at most {LONGEST_FILE}"));
    }
    // Spelled in two parts, so that this file does not find itself.
    let ignored = concat!("#[", "ignore");
    found.extend(lines_with(path, text, &[ignored], "no test is skipped: one that lacks a tool fails and names it"));
    found
}

/// What is wrong with any text file that is committed; empty when nothing is.
#[must_use]
pub fn any_file(path: &str, text: &str) -> Vec<String> {
    let machine_paths = [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "Users/")];
    let mut found = lines_with(path, text, &machine_paths, "names a path of one machine");
    let conflict = [concat!("<<<<<<", "< "), concat!(">>>>>>", "> ")];
    found.extend(lines_with(path, text, &conflict, "a merge that was not finished"));
    let later = [concat!("TO", "DO"), concat!("FIX", "ME")];
    found.extend(lines_with(path, text, &later, "do it, or open an issue"));
    found
}

/// What is wrong with a shell script; empty when nothing is.
#[must_use]
pub fn bash_script(path: &str, text: &str) -> Vec<String> {
    if text.starts_with("#!/usr/bin/env bash\n") && text.lines().any(|line| line == "set -euo pipefail") {
        return Vec::new();
    }
    vec![format!("{path}: a script starts with `#!/usr/bin/env bash` and sets `set -euo pipefail`")]
}

fn lines_with(path: &str, text: &str, unwanted: &[&str], problem: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| unwanted.iter().any(|unwanted| line.contains(unwanted)))
        .map(|(index, line)| format!("{path}:{}: {problem}: {}", index + 1, line.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_FILE, any_file, bash_script, rust_file};

    #[test]
    fn a_tidy_file_passes_and_each_fault_is_found() {
        assert_eq!(rust_file("a.rs", "//! A room.\n"), [""; 0]);
        assert_eq!(rust_file("a.rs", "use std::fmt;\n").len(), 1);
        assert_eq!(rust_file("a.rs", &format!("//! A room.\n{}", "\n".repeat(LONGEST_FILE))).len(), 1);
        assert_eq!(rust_file("a.rs", concat!("//! A room.\n#[", "ignore]\n")).len(), 1);
    }

    #[test]
    fn a_path_of_a_machine_is_found() {
        assert_eq!(any_file("a.md", "see `/var/task`\n"), [""; 0]);
        let text = concat!("fine\nsee /ro", "ot/notes\n");
        assert_eq!(any_file("a.md", text), [concat!("a.md:2: names a path of one machine: see /ro", "ot/notes")]);
        assert_eq!(any_file("a.md", concat!("<<<<<<", "< here\n")).len(), 1);
        assert_eq!(any_file("a.rs", concat!("// TO", "DO: later\n")).len(), 1);
    }

    #[test]
    fn a_careless_script_is_found() {
        assert_eq!(bash_script("run", "#!/usr/bin/env bash\nset -euo pipefail\n"), [""; 0]);
        assert_eq!(bash_script("run", "#!/usr/bin/env bash\necho\n").len(), 1);
    }
}
