//! A project's configuration: a file whose every value was read and checked.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::check::check;
use super::file::ConfigurationFile;
use super::problem::{Problem, ProblemCode, Problems};
use super::reader::{Reading, read_root};
use super::source::SourceText;
use crate::names::{EnvironmentName, LogicalName, ProjectName};

/// One slip can make errors of all that follows: nobody reads more than these.
const MOST_SYNTAX_PROBLEMS: usize = 20;

/// A checked `shipway.toml`.
#[derive(Debug, Clone)]
pub struct ProjectConfiguration {
    pub(super) file: ConfigurationFile,
    pub(super) source: SourceText,
}

impl ProjectConfiguration {
    /// Reads and checks a file's text. `file_name` is how problems name the file.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file. When the text is not TOML, only that.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Problems> {
        let mut source = SourceText::new(file_name, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            source.hide(hidden_lines(text));
            return Problems(
                errors.iter().take(MOST_SYNTAX_PROBLEMS).map(|error| syntax_problem(error, &source)).collect(),
            )
            .or(())
            .and(Err(Problems::default()));
        }
        source.hide(hidden_spans(table.get_ref()));
        let root = toml::Spanned::new(table.span(), DeValue::Table(table.into_inner()));
        let mut reading = Reading { source: &source, problems: Problems::default() };
        let file = read_root::<ConfigurationFile>(&root, &mut reading);
        if let Some(file) = file.as_ref().filter(|_| reading.problems.0.is_empty()) {
            check(file, &mut reading);
        }
        for problem in reading.problems.0.iter_mut().filter(|problem| problem.keys.is_empty() && problem.hint.is_none())
        {
            problem.hint = Some("`shipway init` writes a file to start from".to_owned());
        }
        let file = reading.problems.or(file)?;
        // No problem and no file cannot be: every `None` was reported.
        file.map(|file| Self { file, source }).ok_or_else(Problems::default)
    }

    /// The project's name.
    #[must_use]
    pub fn name(&self) -> &ProjectName {
        &self.file.project.value.name.value
    }

    /// The environments, sorted by name.
    pub fn environments(&self) -> impl Iterator<Item = &EnvironmentName> {
        self.file.environments.0.keys()
    }

    /// The functions' logical names, sorted.
    pub fn functions(&self) -> impl Iterator<Item = &LogicalName> {
        self.file.functions.0.keys()
    }

    /// What a function's `allow` says; nothing for a function that is not there.
    #[must_use]
    pub fn allow(&self, function: &LogicalName) -> Vec<String> {
        let allow = self.file.functions.0.get(function).and_then(|section| section.value.allow.as_ref());
        allow.map(|allow| allow.value.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }
}

fn syntax_problem(error: &toml::de::Error, source: &SourceText) -> Problem {
    let location = error.span().map_or_else(|| source.whole_file(), |span| source.locate(&span));
    let message = format!("not valid TOML: {}", error.message());
    Problem { code: ProblemCode::Syntax, message, keys: Vec::new(), location: Some(location), hint: None }
}

/// Keys of tables that have environment variables, or that somebody thought would.
const VARIABLE_TABLES: [&str; 4] = ["environment", "env", "environment_variables", "variables"];

/// The values of environment variables, wherever the file has some: no excerpt shows them.
fn hidden_spans(root: &DeTable<'_>) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut tables = vec![(root, false)];
    while let Some((table, has_variables)) = tables.pop() {
        for (name, value) in table {
            match value.get_ref().as_table() {
                Some(inner) => {
                    tables.push((inner, has_variables || VARIABLE_TABLES.contains(&name.get_ref().as_ref())));
                }
                None if has_variables => hidden.push(value.span()),
                None => {}
            }
        }
    }
    hidden
}

/// The same values in a text that is not TOML, as far as lines tell: rather too much than too little.
fn hidden_lines(text: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut in_environment = false;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        if words.starts_with('[') {
            in_environment = [".env", ".variables"].iter().any(|table| words.contains(table));
        }
        let end = line_start + line.trim_end().len();
        if in_environment && !words.starts_with('[') {
            // A line without a sign may be inside a text of several lines.
            hidden.push(line_start + line.find('=').map_or(0, |sign| sign + 1)..end);
        } else if let Some(word) = line.find("env").or_else(|| line.find("variables"))
            && let Some(sign) = line[word..].find(['=', '{'])
        {
            hidden.push(line_start + word + sign + 1..end);
        }
        line_start += line.len();
    }
    hidden
}
