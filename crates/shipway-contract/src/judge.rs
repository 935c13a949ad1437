//! Whether code goes on as its author meant when a variable is not set. Judged by imagining just that: conditions are
//! evaluated as far as the missing variable decides them, and the branch that is then taken either fails or does not.

use std::collections::BTreeMap;

use crate::Need;
use crate::find::Known;
use crate::flow::Fate;
use crate::grammar::{Comparison, Default, Form, Grammar, Shape, Value};
use crate::scopes::own_function;
use crate::syntax::Node;

/// Expressions are evaluated, and branches looked into, this deep.
const DEEPEST: usize = 48;
/// A construct is looked for this far outside of a read.
pub(crate) const FURTHEST: usize = 200;

/// The reads of a file, ready to be judged.
pub(crate) struct Judge<'j, 's> {
    pub(crate) grammar: &'j dyn Grammar,
    pub(crate) reads: &'j BTreeMap<Node<'s>, Vec<Known<'s>>>,
}

/// The imagined world in which one variable is not set.
pub(crate) struct World<'w, 's> {
    pub(crate) name: &'w str,
    /// What the program's variables are in it, by their text.
    pub(crate) variables: Vec<(&'s str, Value)>,
}

impl<'s> Judge<'_, 's> {
    /// Whether one read is required.
    pub(crate) fn need(&self, known: &Known<'s>, name: &str) -> Need {
        let asked = &known.asked;
        if let Some(Default::Is(default)) = asked.default
            && self.fails(default, DEEPEST)
        {
            return Need::Required;
        }
        let mut world = World { name, variables: Vec::new() };
        let value = self.value_of(known, &world, DEEPEST);
        let fate = match asked.goes_to {
            Some(variable) => self.fate_of_variable(asked.at, variable, value, &mut world),
            None => self.fate(asked.at, &mut world),
        };
        self.verdict(known, name, fate)
    }

    fn verdict(&self, known: &Known<'s>, name: &str, fate: Fate) -> Need {
        let mut world = World { name, variables: self.variables(known, name) };
        match self.guard(known.asked.at, &world) {
            Some(Guard::Branch(need)) => return need,
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
    fn variables(&self, known: &Known<'s>, name: &str) -> Vec<(&'s str, Value)> {
        let own = own_function(self.grammar, known.asked.at);
        let others = self.reads.values().flatten().filter(|other| {
            other.asked.at != known.asked.at
                && other.name.as_deref() == Some(name)
                && own.holds(other.asked.at)
                && own_function(self.grammar, other.asked.at) == own
        });
        let world = World { name, variables: Vec::new() };
        others.flat_map(|other| self.targets(other, &world)).map(|(target, value)| (target.text(), value)).collect()
    }

    /// Whether the read stands where the variable is known to be set, and then what follows from that.
    fn guard(&self, at: Node<'s>, world: &World<'_, 's>) -> Option<Guard<'s>> {
        let mut node = at;
        for _ in 0..FURTHEST {
            let outer = self.grammar.parent(node)?;
            let truth = |condition| self.grammar.truth(self.value(condition, world, DEEPEST));
            match self.grammar.shape(outer) {
                Shape::Choice(choice) => {
                    let within = |branch: Option<Node<'s>>| branch.is_some_and(|branch| branch.holds(node));
                    if within(choice.then) && truth(choice.condition) == Some(false) {
                        return Some(Guard::Branch(self.need_by(choice.otherwise)));
                    }
                    if within(choice.otherwise) && truth(choice.condition) == Some(true) {
                        return Some(Guard::Branch(self.need_by(choice.then)));
                    }
                }
                Shape::And(left, right) if right.holds(node) && truth(left) == Some(false) => {
                    return Some(Guard::Operand(outer));
                }
                Shape::Or(left, right) if right.holds(node) && truth(left) == Some(true) => {
                    return Some(Guard::Operand(outer));
                }
                Shape::While(condition, Some(body)) if body.holds(node) && truth(condition) == Some(false) => {
                    return Some(Guard::Branch(Need::Optional));
                }
                _ => {}
            }
            if self.grammar.is_sequence(outer)
                && let Some(need) = self.guard_before(outer, node, world)
            {
                return Some(Guard::Branch(need));
            }
            if self.is_boundary(outer) {
                return None;
            }
            node = outer;
        }
        None
    }

    /// Whether a statement before `node` sees to it that the variable is set.
    fn guard_before(&self, sequence: Node<'s>, node: Node<'s>, world: &World<'_, 's>) -> Option<Need> {
        let before = sequence.children().take_while(|statement| *statement < node && !statement.holds(node));
        before.filter(|statement| self.speaks_of(*statement, world)).find_map(|statement| {
            let inner = self.unwrapped(statement);
            if let Some(name) = self.grammar.sets(inner) {
                let same = crate::scopes::name_of(self.grammar, &name).as_deref() == Some(world.name);
                return same.then_some(Need::Optional);
            }
            match self.grammar.shape(inner) {
                Shape::Choice(choice) => {
                    let truth = self.grammar.truth(self.value(choice.condition, world, DEEPEST))?;
                    let taken = if truth { choice.then } else { choice.otherwise }?;
                    self.leaves(taken).then(|| self.need_by(Some(taken)))
                }
                Shape::Demand(condition) => {
                    let truth = self.grammar.truth(self.value(condition, world, DEEPEST));
                    (truth == Some(false)).then_some(Need::Required)
                }
                Shape::Switch { subject, absent: Some(arm) } if self.leaves(arm) => {
                    let truth = self.grammar.truth(self.value(subject, world, DEEPEST));
                    (truth == Some(false)).then(|| self.need_by(Some(arm)))
                }
                _ => None,
            }
        })
    }

    /// A statement without what only wraps it.
    fn unwrapped(&self, statement: Node<'s>) -> Node<'s> {
        let mut node = statement;
        for _ in 0..4 {
            match self.grammar.shape(node) {
                Shape::Same(inner) => node = inner,
                _ => break,
            }
        }
        node
    }

    /// Whether a statement has the variable's name in it, or a constant or variable that may stand for it. Cheap, and
    /// only there to pass over the many that have nothing to do with it.
    fn speaks_of(&self, statement: Node<'s>, world: &World<'_, 's>) -> bool {
        let text = statement.text();
        let known = |name: &str| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some();
        known(world.name)
            || world.variables.iter().any(|(name, _)| known(name))
            || self.reads.range(statement..).take_while(|(at, _)| statement.holds(**at)).next().is_some()
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
    fn is_boundary(&self, node: Node<'s>) -> bool {
        use crate::grammar::Scope::{Class, File, Function};
        matches!(self.grammar.scope(node), Some(Class | File | Function))
    }

    /// Whether a branch leads straight to failure.
    pub(crate) fn fails(&self, branch: Node<'s>, fuel: usize) -> bool {
        matches!(self.end_of(branch, fuel), Some(End::Failure))
    }

    /// Whether a branch ends what comes after it, one way or the other.
    fn leaves(&self, branch: Node<'s>) -> bool {
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
        if let Some([known]) = self.reads.get(&node).map(Vec::as_slice)
            && known.asked.at == node
        {
            return self.value_of(known, world, fuel);
        }
        let value = |node| self.value(node, world, fuel);
        let truth = |value| self.grammar.truth(value);
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
                let text = node.text();
                let known = world.variables.iter().rev().find(|(name, _)| *name == text);
                known.map_or(Value::Unknown, |(_, value)| *value)
            }
            Shape::Is(value) => value,
            Shape::Fails => Value::Fails,
            _ => Value::Unknown,
        }
    }
}

/// What stands before a read and sees to it that the variable is set.
enum Guard<'s> {
    /// A branch, or a statement before: what it means for the read is known.
    Branch(Need),
    /// The other side of `and` or `or`, which is this node.
    Operand(Node<'s>),
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
        (left, right) => Some(left == right),
    };
    match comparison {
        Comparison::Equal => of_truth(equal),
        Comparison::Unequal => of_truth(equal.map(|equal| !equal)),
        _ => Value::Unknown,
    }
}
