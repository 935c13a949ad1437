//! Remembers where each settled value came from, for `shipway config show`.

use std::fmt::Display;

use super::layers::Origin;
use super::reader::{Located, Place};
use super::source::SourceText;

/// A setting, as `config show` tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SettingWithOrigin {
    /// Its key, such as `region` or `functions.create-order.handler`.
    pub key: String,
    /// Its value as text. Values of functions' environment variables are masked.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
    /// What the file says, when something above the file says otherwise.
    pub overridden: Option<Overridden>,
}

/// A value of the file that does not count.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Overridden {
    /// The value.
    pub value: String,
    /// Its line.
    pub line: usize,
}

/// Settles values of the file and remembers them.
#[derive(Debug)]
pub(super) struct Explainer<'a> {
    pub(super) source: &'a SourceText,
    pub(super) settings: Vec<SettingWithOrigin>,
}

impl Explainer<'_> {
    /// The line that a key is in.
    pub(super) fn line(&self, place: &Place) -> usize {
        self.source.line_of(place.key.start)
    }

    /// The file, or the default when the file does not have the key.
    pub(super) fn origin<T>(&self, file: Option<&Located<T>>) -> Origin {
        file.map_or(Origin::Default, |located| Origin::File { line: self.line(&located.place) })
    }

    /// Remembers a value.
    pub(super) fn show(&mut self, key: &str, value: impl Display, origin: Origin) {
        let (key, value) = (key.to_owned(), value.to_string());
        self.settings.push(SettingWithOrigin { key, value, origin, overridden: None });
    }

    /// Remembers a value from above the file, and what it overrides there.
    pub(super) fn show_over<T: Display + PartialEq>(
        &mut self,
        key: &str,
        value: &T,
        origin: Origin,
        file: Option<&Located<T>>,
    ) {
        let overridden = file
            .filter(|located| located.value != *value)
            .map(|located| Overridden { value: located.value.to_string(), line: self.line(&located.place) });
        self.settings.push(SettingWithOrigin { key: key.to_owned(), value: value.to_string(), origin, overridden });
    }

    /// A setting with a default.
    pub(super) fn setting<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<T>>, default: T) -> T {
        let value = file.map_or(default, |located| located.value.clone());
        self.show(key, &value, self.origin(file));
        value
    }

    /// A setting that may be absent, and is not shown then.
    pub(super) fn optional<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<T>>) -> Option<T> {
        let located = file?;
        self.show(key, &located.value, self.origin(file));
        Some(located.value.clone())
    }

    /// A list, empty when it is left out, and not shown then.
    pub(super) fn list<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<Vec<T>>>) -> Vec<T> {
        let Some(located) = file else { return Vec::new() };
        let shown: Vec<String> = located.value.iter().map(ToString::to_string).collect();
        self.show(key, shown.join(" "), self.origin(file));
        located.value.clone()
    }
}
