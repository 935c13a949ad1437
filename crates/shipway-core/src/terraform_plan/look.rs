//! Looking at one argument of a resource, with what the plan says about whether it can be seen.

use serde_json::Value;

use super::document::Values;
use super::finding::Unseen;

/// One step into a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// An attribute, or a key of a map.
    Name(&'static str),
    /// The only block of its kind. Whether it is in a list is the provider's choice, and not ours to care about.
    Block,
}

/// What can be seen of an argument.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Seen<'a> {
    /// It is set.
    Set(&'a Value),
    /// It is not set.
    Absent,
    /// Nobody can tell.
    Unseen(Unseen),
}

/// Whether a variable is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Set,
    Absent,
    Unseen(Unseen),
}

/// A value with its marks, at some depth.
#[derive(Clone, Copy)]
struct At<'a> {
    value: &'a Value,
    unknown: &'a Value,
    sensitive: &'a Value,
}

static NOTHING: Value = Value::Null;

impl Values {
    /// Whether there is a resource on this side at all.
    pub(super) fn is_there(&self) -> bool {
        self.value.is_object() || self.unknown == Value::Bool(true)
    }

    /// What can be seen at `path`.
    pub(super) fn look(&self, path: &[Step]) -> Seen<'_> {
        self.at(path).map_or_else(Seen::Unseen, At::seen)
    }

    /// A text at `path`.
    pub(super) fn text(&self, name: &'static str) -> Option<&str> {
        match self.look(&[Step::Name(name)]) {
            Seen::Set(value) => value.as_str(),
            Seen::Absent | Seen::Unseen(_) => None,
        }
    }

    /// Whether the plan hides what is at `path` from people.
    pub(super) fn is_sensitive(&self, path: &[Step]) -> bool {
        self.at(path).is_ok_and(|at| marked(at.sensitive))
    }

    /// Whether an environment variable is set. Its value is not looked at.
    pub(super) fn variable(&self, name: &str) -> Presence {
        let variables = match self.at(&VARIABLES) {
            Ok(variables) => variables,
            Err(why) => return Presence::Unseen(why),
        };
        match variables.seen() {
            Seen::Unseen(why) => Presence::Unseen(why),
            // A name without a value yet is in the marks alone.
            _ if marked(member(variables.unknown, name)) => Presence::Set,
            Seen::Absent => Presence::Absent,
            Seen::Set(Value::Object(map)) => match map.get(name) {
                None => Presence::Absent,
                // Whether a provider sets a variable whose value is null is its own affair.
                Some(Value::Null) => Presence::Unseen(variables.why_not()),
                Some(_) => Presence::Set,
            },
            Seen::Set(_) => Presence::Unseen(variables.why_not()),
        }
    }

    /// The names of all variables that can be seen.
    pub(super) fn variable_names(&self) -> Vec<&str> {
        let Ok(variables) = self.at(&VARIABLES) else { return Vec::new() };
        let known = variables.value.as_object().into_iter().flat_map(|map| map.keys());
        let unknown = variables.unknown.as_object().into_iter().flat_map(|map| map.keys());
        known.chain(unknown).map(String::as_str).collect()
    }

    fn at(&self, path: &[Step]) -> Result<At<'_>, Unseen> {
        let mut at = At { value: &self.value, unknown: &self.unknown, sensitive: &self.sensitive };
        for step in path {
            if marked(at.unknown) {
                return Err(Unseen::UntilApply);
            }
            at = at.into(*step);
        }
        Ok(at)
    }
}

/// Where a function's variables are.
pub(super) const VARIABLES: [Step; 3] = [Step::Name("environment"), Step::Block, Step::Name("variables")];

impl<'a> At<'a> {
    fn into(self, step: Step) -> Self {
        let go = |value: &'a Value| match step {
            Step::Name(name) => member(value, name),
            Step::Block => value.as_array().map_or(value, |blocks| blocks.first().unwrap_or(&NOTHING)),
        };
        // Everything in what is sensitive is sensitive.
        let sensitive = if marked(self.sensitive) { self.sensitive } else { go(self.sensitive) };
        Self { value: go(self.value), unknown: go(self.unknown), sensitive }
    }

    fn seen(self) -> Seen<'a> {
        if marked(self.unknown) {
            return Seen::Unseen(Unseen::UntilApply);
        }
        match (self.value, marked(self.sensitive)) {
            // What is hidden from a program, too, is left out, and only the mark tells of it.
            (Value::Null, true) => Seen::Unseen(Unseen::Sensitive),
            (Value::Null, false) => Seen::Absent,
            (value, _) => Seen::Set(value),
        }
    }

    fn why_not(self) -> Unseen {
        if marked(self.sensitive) { Unseen::Sensitive } else { Unseen::UntilApply }
    }
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.as_object().and_then(|map| map.get(name)).unwrap_or(&NOTHING)
}

fn marked(mark: &Value) -> bool {
    *mark == Value::Bool(true)
}
