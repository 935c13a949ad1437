//! Whether code goes on as its author meant when a variable is not set. Judged by imagining just that: conditions are
//! evaluated as far as the missing variable decides them, and the branch that is then taken either fails or does not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::Need;
use crate::find::{Known, Reads};
use crate::flow::{Fate, Target};
use crate::grammar::{Comparison, Default, Form, Grammar, Shape, Value};
use crate::guard::Guard;
use crate::scopes::own_function;
use crate::syntax::Node;

/// Expressions are evaluated, and branches looked into, this deep.
pub(crate) const DEEPEST: usize = 48;
/// As many reads of the same variable are compared.
pub(crate) const MOST_READS: usize = 32;
/// A construct is looked for this far outside of a read.
pub(crate) const FURTHEST: usize = 200;

/// The reads of a file, ready to be judged.
pub(crate) struct Judge<'j, 's> {
    pub(crate) grammar: &'j dyn Grammar,
    pub(crate) reads: &'j Reads<'s>,
    pub(crate) by_name: BTreeMap<&'j str, Vec<&'j Known<'s>>>,
}

/// The imagined world in which one variable is not set.
pub(crate) struct World<'w, 's> {
    pub(crate) name: &'w str,
    /// What the program's variables are in it, by their text.
    pub(crate) variables: Vec<(Cow<'s, str>, Value)>,
    /// Constructs that a value came through, with the part that it came by: the other parts let it.
    pub(crate) passed: Vec<(Node<'s>, Node<'s>)>,
}

impl<'w, 's> World<'w, 's> {
    pub(crate) fn new(name: &'w str, variables: Vec<(Cow<'s, str>, Value)>) -> Self {
        Self { name, variables, passed: Vec::new() }
    }
}

impl<'j, 's> Judge<'j, 's> {
    pub(crate) fn new(grammar: &'j dyn Grammar, reads: &'j Reads<'s>) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&Known<'s>>> = BTreeMap::new();
        for known in reads.all() {
            if let Some(name) = &known.name {
                by_name.entry(name).or_default().push(known);
            }
        }
        Self { grammar, reads, by_name }
    }

    /// Whether one read is required.
    pub(crate) fn need(&self, known: &Known<'s>, name: &str) -> Need {
        let asked = &known.asked;
        if let Some(Default::Is(default)) = asked.default
            && self.fails(default, DEEPEST)
        {
            return Need::Required;
        }
        let mut world = World::new(name, Vec::new());
        let value = self.value_of(known, &world, DEEPEST);
        let fate = match asked.goes_to {
            Some(variable) => self.fate_of_variable(asked.at, Target::of(variable), value, &mut world),
            None => self.fate(asked.at, &mut world),
        };
        self.verdict(known, name, fate)
    }

    fn verdict(&self, known: &Known<'s>, name: &str, fate: Fate) -> Need {
        let mut world = World::new(name, self.variables(known, name));
        match self.guard(known.asked.at, &world) {
            Some(Guard::Set) => return Need::Optional,
            // Within a condition, what counts is what the condition as a whole comes to.
            Some(Guard::Operand(outer)) => {
                let fate = self.fate(outer, &mut world);
                return if fate.fails { Need::Required } else { Need::Optional };
            }
            None => {}
        }
        if fate.fails {
            return Need::Required;
        }
        if known.asked.default.is_some() {
            return Need::Optional;
        }
        match known.asked.form {
            Form::Raises => self.caught(known.asked.at).unwrap_or(Need::Required),
            Form::Yields if !fate.tested => Need::Required,
            Form::Yields | Form::Asks(_) => Need::Optional,
        }
    }

    /// What the other reads of the variable, in the same function, went to.
    fn variables(&self, known: &Known<'s>, name: &str) -> Vec<(Cow<'s, str>, Value)> {
        let own = own_function(known.asked.at);
        let others = self
            .named(name, own.places())
            .filter(|other| other.asked.at != known.asked.at && own_function(other.asked.at) == own);
        let world = World::new(name, Vec::new());
        others
            .flat_map(|other| self.targets(other, &world))
            .map(|(target, value)| (Cow::Borrowed(self.grammar.plain(target.text())), value))
            .collect()
    }

    /// The reads of a variable at some places: no more than the last few, since generated files have thousands.
    pub(crate) fn named(&self, name: &str, places: Range<u32>) -> impl Iterator<Item = &'j Known<'s>> {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|known| known.asked.at.place() < places.start);
        let behind = all.partition_point(|known| known.asked.at.place() < places.end).max(first);
        all[first.max(behind.saturating_sub(MOST_READS))..behind].iter().copied()
    }

    /// What a branch that is taken when the variable is absent means for it.
    fn need_by(&self, branch: Option<Node<'s>>) -> Need {
        if branch.is_some_and(|branch| self.fails(branch, DEEPEST)) { Need::Required } else { Need::Optional }
    }

    /// Whether a handler around the read catches the error of a missing variable, and then what follows from that.
    fn caught(&self, at: Node<'s>) -> Option<Need> {
        let mut node = at;
        for _ in 0..FURTHEST {
            let outer = self.grammar.parent(node)?;
            if let Some(catch) = self.grammar.catches(outer).filter(|catch| at.start() < catch.watched_until) {
                return Some(self.need_by(catch.handler));
            }
            if self.is_boundary(outer) {
                return None;
            }
            node = outer;
        }
        None
    }

    /// Whether judging ends here: at a function, a class or the file.
    pub(crate) fn is_boundary(&self, node: Node<'s>) -> bool {
        use crate::grammar::Scope::{Class, File, Function};
        matches!(node.scope(), Some(Class | File | Function))
    }

    /// Whether a branch leads straight to failure.
    pub(crate) fn fails(&self, branch: Node<'s>, fuel: usize) -> bool {
        matches!(self.end_of(branch, fuel), Some(End::Failure))
    }

    /// Whether a branch ends what comes after it, one way or the other.
    pub(crate) fn leaves(&self, branch: Node<'s>) -> bool {
        self.end_of(branch, DEEPEST).is_some()
    }

    fn end_of(&self, branch: Node<'s>, fuel: usize) -> Option<End> {
        let fuel = fuel.checked_sub(1)?;
        match self.grammar.shape(branch) {
            Shape::Fails => return Some(End::Failure),
            Shape::Leaves => return Some(End::Success),
            Shape::Same(inner) | Shape::Lambda(inner) => return self.end_of(inner, fuel),
            _ => {}
        }
        let is_sequence = self.grammar.is_sequence(branch);
        is_sequence.then(|| branch.children().find_map(|statement| self.end_of(statement, fuel))).flatten()
    }

    /// What a read comes to.
    pub(crate) fn value_of(&self, known: &Known<'s>, world: &World<'_, 's>, fuel: usize) -> Value {
        if known.name.as_deref() != Some(world.name) {
            return Value::Unknown;
        }
        match (known.asked.default, known.asked.form) {
            (Some(Default::Is(default)), _) => self.value(default, world, fuel),
            (Some(Default::Somewhere), _) => Value::Unknown,
            (None, Form::Raises) => Value::Fails,
            (None, Form::Yields) => self.grammar.absent(),
            (None, Form::Asks(value)) => value,
        }
    }

    /// What an expression comes to.
    pub(crate) fn value(&self, node: Node<'s>, world: &World<'_, 's>, fuel: usize) -> Value {
        let Some(fuel) = fuel.checked_sub(1) else { return Value::Unknown };
        if let Some(known) = self.reads.at(node) {
            return self.value_of(known, world, fuel);
        }
        let value = |node| self.value(node, world, fuel);
        let truth = |value| self.grammar.truth(value);
        if let Some((_, part)) = world.passed.iter().rev().find(|(construct, _)| *construct == node) {
            // What a function comes to that is called for a default.
            let Shape::Lambda(body) = self.grammar.shape(*part) else { return value(*part) };
            return value(body);
        }
        match self.grammar.shape(node) {
            Shape::Same(inner) => value(inner),
            Shape::Not(inner) => of_truth(truth(value(inner)).map(|truth| !truth)),
            Shape::And(left, right) => match (value(left), value(right)) {
                (left, _) if truth(left) == Some(false) => left,
                (left, right) if truth(left) == Some(true) => right,
                (_, right) if truth(right) == Some(false) => Value::No,
                _ => Value::Unknown,
            },
            Shape::Or(left, default) => {
                match (value(left), value(default)) {
                    (left, _) if truth(left) == Some(true) => left,
                    (left, right) if truth(left) == Some(false) || left == Value::Absent => {
                        if self.fails(default, fuel) { Value::Fails } else { right }
                    }
                    (_, right) if truth(right) == Some(true) => Value::Yes,
                    _ => Value::Unknown,
                }
            }
            Shape::First(parts) => {
                let mut values = parts.into_iter().map(value);
                let first = values.find(|value| truth(*value) != Some(false) && *value != Value::Absent);
                first.unwrap_or_else(|| self.grammar.absent())
            }
            Shape::Compare(comparison, left, right) => compared(comparison, value(left), value(right)),
            Shape::Ask(inner, absent, empty) => match value(inner) {
                Value::Absent => absent,
                Value::Empty => empty,
                _ => Value::Unknown,
            },
            Shape::All(parts) => {
                let fails = parts.into_iter().any(|part| truth(value(part)) == Some(false));
                if fails { Value::No } else { Value::Unknown }
            }
            Shape::Demand(inner) => match value(inner) {
                value if truth(value) == Some(false) => Value::Fails,
                _ => Value::Unknown,
            },
            Shape::Choice(choice) => {
                let taken =
                    truth(value(choice.condition)).and_then(|truth| if truth { choice.then } else { choice.otherwise });
                taken.map_or(Value::Unknown, value)
            }
            Shape::Assign(pairs) => pairs.first().map_or(Value::Unknown, |pair| value(pair.value)),
            Shape::Variable => {
                let text = self.grammar.plain(node.text());
                let known = world.variables.iter().rev().find(|(name, _)| *name == text);
                known.map_or(Value::Unknown, |(_, value)| *value)
            }
            Shape::Is(value) => value,
            Shape::Fails => Value::Fails,
            _ => Value::Unknown,
        }
    }
}

/// How a sequence of statements ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Failure,
    Success,
}

fn of_truth(truth: Option<bool>) -> Value {
    match truth {
        Some(true) => Value::Yes,
        Some(false) => Value::No,
        None => Value::Unknown,
    }
}

fn compared(comparison: Comparison, left: Value, right: Value) -> Value {
    if let (Value::Number(left), Value::Number(right)) = (left, right) {
        let holds = match comparison {
            Comparison::Equal => left == right,
            Comparison::Unequal => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
            Comparison::Other => return Value::Unknown,
        };
        return of_truth(Some(holds));
    }
    let equal = match (left, right) {
        (Value::Fails, _) | (_, Value::Fails) => return Value::Fails,
        (Value::Unknown, _) | (_, Value::Unknown) | (Value::Text, Value::Text) => None,
        // A text that became a number.
        (Value::Number(_), _) | (_, Value::Number(_)) => None,
        (left, right) => Some(left == right),
    };
    match comparison {
        Comparison::Equal => of_truth(equal),
        Comparison::Unequal => of_truth(equal.map(|equal| !equal)),
        _ => Value::Unknown,
    }
}
