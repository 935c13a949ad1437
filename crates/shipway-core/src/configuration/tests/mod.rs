//! What the room promises, seen from its door: files in, settings or rendered problems out.

use super::*;

mod layer_sections;
mod problems;
mod properties;
mod settings;
mod targets;

const PROJECT: &str = "[project]\nname = \"orders\"\n";

/// The rendered problems of a file that begins with a good `[project]`.
fn problems(rest: &str) -> String {
    problems_of(&format!("{PROJECT}{rest}"))
}

fn problems_of(text: &str) -> String {
    match ProjectConfiguration::parse("shipway.toml", text) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => problems.to_string(),
    }
}
