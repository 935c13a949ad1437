//! Where the value of a read goes, and whether it is looked at there: upwards through the expression that it is in, and on
//! through the variables that it is assigned to.

use std::borrow::Cow;

use crate::find::Known;
use crate::grammar::{Bound, Choice, ChoiceKind, Pair, Scope, Shape, Value};
use crate::guard::last_word;
use crate::judge::{DEEPEST, FURTHEST, Judge, MOST_READS, World};
use crate::scopes::{home_of, own_function};
use crate::syntax::Node;

/// A value is followed through this many constructs of an expression.
const MOST_CONSTRUCTS: usize = 64;
/// A value is followed through this many variables.
const MOST_VARIABLES: usize = 4;

/// What becomes of a value that is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Its absence is noticed.
    pub(crate) tested: bool,
    /// Its absence leads straight to failure.
    pub(crate) fails: bool,
}

/// What a value is assigned to: a variable, or a field of the record that a variable gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'s, 'f> {
    pub(crate) at: Node<'s>,
    /// The names of the field and of those that it is in, the innermost first.
    pub(crate) fields: &'f [&'s str],
}

impl<'s> Target<'s, '_> {
    pub(crate) fn of(at: Node<'s>) -> Self {
        Self { at, fields: &[] }
    }
}

impl Fate {
    fn add(&mut self, other: Self) {
        self.tested |= other.tested;
        self.fails |= other.fails;
    }
}

impl<'s> Judge<'_, 's> {
    /// The fate of an expression's value.
    pub(crate) fn fate(&self, from: Node<'s>, world: &mut World<'_, 's>) -> Fate {
        let before = world.passed.len();
        let fate = self.fate_upwards(from, world);
        world.passed.truncate(before);
        fate
    }

    fn fate_upwards(&self, from: Node<'s>, world: &mut World<'_, 's>) -> Fate {
        let mut fate = Fate::default();
        let mut node = from;
        let mut is_listed = false;
        // The names that it has in the records that it is in, the innermost first.
        let mut fields: Vec<&'s str> = Vec::new();
        let mut of_field = None;
        let mut outer = self.grammar.parent(node);
        for _ in 0..MOST_CONSTRUCTS {
            let Some(construct) = outer else { break };
            let shape = self.grammar.shape(construct);
            let in_record =
                matches!(shape, Shape::Part | Shape::Same(_) | Shape::Record | Shape::Field(..) | Shape::Assign(_));
            if !fields.is_empty() && !in_record {
                return fate;
            }
            match shape {
                Shape::Record if !fields.is_empty() => {}
                Shape::Part => {
                    outer = self.grammar.parent(construct);
                    continue;
                }
                Shape::Same(inner) if inner.holds(node) => {}
                Shape::Not(inner) if inner.holds(node) => fate.tested = true,
                Shape::Ask(inner, absent, _) if inner.holds(node) => {
                    if absent == Value::Fails && self.value(inner, world, DEEPEST) == Value::Absent {
                        return fate;
                    }
                    fate.tested = true;
                }
                // What a function without parameters worth mentioning returns: a default, say.
                Shape::Lambda(body) if body == node && self.is_default(construct) => {}
                Shape::List => is_listed = true,
                Shape::All(parts) if parts.iter().any(|part| part.holds(node) || node.holds(*part)) => {
                    fate.tested = true;
                    is_listed = false;
                }
                Shape::Switch { subject, .. } if is_listed && subject.holds(node) => {
                    fate.tested = true;
                    return fate;
                }
                _ if is_listed => return fate,
                Shape::Field(name, value) if value.holds(node) => {
                    of_field = of_field.or_else(|| Some(self.value(value, world, DEEPEST)));
                    fields.push(name);
                }
                Shape::Compare(_, left, right) if left.holds(node) || right.holds(node) => fate.tested = true,
                Shape::And(left, _) if left.holds(node) => fate.tested = true,
                Shape::And(_, right) if right.holds(node) => {}
                Shape::Or(left, right) if left.holds(node) => {
                    let value = self.value(left, world, DEEPEST);
                    if self.grammar.truth(value) == Some(false) || value == Value::Absent {
                        fate.tested = true;
                        if self.fails(right, DEEPEST) {
                            fate.fails = true;
                            return fate;
                        }
                    } else if fate.tested && value == Value::Unknown {
                        // Something else took its place; nothing more follows from it.
                        return fate;
                    }
                }
                Shape::Or(_, right) if right.holds(node) => world.passed.push((construct, right)),
                Shape::First(parts) => {
                    let Some(part) = parts.iter().find(|part| part.holds(node)) else { return fate };
                    fate.tested |= parts.last() != Some(part);
                    if parts.last() == Some(part) {
                        world.passed.push((construct, *part));
                    }
                }
                Shape::Demand(inner) if inner.holds(node) => {
                    let value = self.value(inner, world, DEEPEST);
                    fate.fails |= self.grammar.truth(value) == Some(false);
                    return fate;
                }
                Shape::Choice(choice) if choice.condition.holds(node) => {
                    fate.tested = true;
                    fate.fails |= self.fails_at(construct, &choice, world);
                    return fate;
                }
                Shape::Choice(choice) if choice.kind == ChoiceKind::Expression => {
                    world.passed.push((construct, node));
                }
                Shape::While(condition, _) if condition.holds(node) => {
                    fate.tested = true;
                    return fate;
                }
                Shape::Switch { subject, absent } if subject.holds(node) => {
                    fate.tested = true;
                    let value = self.value(subject, world, DEEPEST);
                    let is_nothing = value == Value::Absent || self.grammar.truth(value) == Some(false);
                    fate.fails |= is_nothing && absent.is_some_and(|arm| self.fails(arm, DEEPEST));
                    return fate;
                }
                Shape::Assign(pairs) => {
                    for pair in pairs.iter().filter(|pair| pair.value.holds(node)) {
                        // Where another variable would do as well, nothing follows from this one's absence.
                        let is_one_of_two = world.passed.iter().any(|(whole, part)| self.reads_beside(*whole, *part));
                        let value = of_field.unwrap_or_else(|| self.value_of_pair(pair, world));
                        let value = if is_one_of_two { Value::Unknown } else { value };
                        let target = Target { at: pair.target, fields: &fields };
                        fate.add(self.fate_of_variable(construct, target, value, world));
                    }
                }
                Shape::Fallback { target, value } => {
                    if target.holds(node) {
                        fate.tested = true;
                        fate.fails |= self.fails(value, DEEPEST);
                    } else {
                        let value = self.value(value, world, DEEPEST);
                        fate.add(self.fate_of_variable(construct, Target::of(target), value, world));
                    }
                    return fate;
                }
                _ => return fate,
            }
            node = construct;
            outer = self.grammar.parent(node);
        }
        fate
    }

    /// Whether a choice that an absent value decides comes to failure, and does not where there is a value.
    fn fails_at(&self, construct: Node<'s>, choice: &Choice<'s>, world: &World<'_, 's>) -> bool {
        let Some(truth) = self.grammar.truth(self.value(choice.condition, world, DEEPEST)) else { return false };
        let (taken, other) = if truth { (choice.then, choice.otherwise) } else { (choice.otherwise, choice.then) };
        if other.is_some_and(|other| self.fails(other, DEEPEST)) {
            return false;
        }
        match taken {
            Some(branch) => self.fails(branch, DEEPEST),
            None => other.is_some_and(|other| self.leaves(other)) && self.fails_next(construct),
        }
    }

    /// Whether a variable is asked for in a construct, other than in a part of it.
    fn reads_beside(&self, construct: Node<'s>, part: Node<'s>) -> bool {
        self.reads.between(construct.places()).any(|known| !part.holds(known.asked.at))
    }

    fn value_of_pair(&self, pair: &Pair<'s>, world: &World<'_, 's>) -> Value {
        match self.value(pair.value, world, DEEPEST) {
            Value::Unknown => Value::Unknown,
            value => pair.instead.unwrap_or(value),
        }
    }

    /// The fate of a variable's value, from where it is assigned.
    pub(crate) fn fate_of_variable(
        &self,
        assignment: Node<'s>,
        target: Target<'s, '_>,
        value: Value,
        world: &mut World<'_, 's>,
    ) -> Fate {
        let mut fate = Fate::default();
        if world.variables.len() >= MOST_VARIABLES {
            return fate;
        }
        // The second value of a call that nobody looks at.
        if target.at.text() == "_" {
            return Fate { tested: value == Value::Text, fails: false };
        }
        let name = self.name_of_target(target);
        let mut until = u32::MAX;
        for used in self.uses(target) {
            if used.start() >= until {
                break;
            }
            if target.at.holds(used) || used.end() <= target.at.end() || self.excludes(used, assignment) {
                continue;
            }
            // Behind a branch that it is assigned in, the variable may be something else.
            let value = if self.is_behind_branch(used, assignment, &name) { Value::Unknown } else { value };
            world.variables.push((name.clone(), value));
            match self.new_value(used, assignment, world) {
                Some(end) => until = end,
                // Where it is known to be something, nothing follows from its being nothing.
                None if self.is_known_since(assignment, used, world) => {}
                None => fate.add(self.fate(used, world)),
            }
            world.variables.pop();
        }
        fate
    }

    /// The text by which a target is known.
    fn name_of_target(&self, target: Target<'s, '_>) -> Cow<'s, str> {
        let name = self.grammar.plain(target.at.text());
        let fields = target.fields.iter().rev();
        if target.fields.is_empty() {
            return Cow::Borrowed(name);
        }
        Cow::Owned(fields.fold(name.to_owned(), |name, field| format!("{name}.{field}")))
    }

    /// Whether a lambda stands where a default does: `unwrap_or_else(|_| …)`.
    fn is_default(&self, lambda: Node<'s>) -> bool {
        let mut outers =
            lambda.ancestors().map(|outer| self.grammar.shape(outer)).skip_while(|shape| matches!(shape, Shape::Part));
        matches!(outers.next(), Some(Shape::Or(_, right)) if right.holds(lambda))
    }

    /// Whether the statement after the one that a construct is, or is in, is a failure.
    fn fails_next(&self, construct: Node<'s>) -> bool {
        let statements = std::iter::once(construct).chain(construct.ancestors().take(2));
        let in_sequence = |node: &Node<'s>| node.parent().is_some_and(|outer| self.grammar.is_sequence(outer));
        let next = statements.into_iter().find(in_sequence).and_then(Node::next);
        next.is_some_and(|next| self.fails(next, DEEPEST))
    }

    /// Whether a use comes after a branch that the assignment is in, so that other branches lead there as well: other than
    /// those that are taken when the variable is something already.
    fn is_behind_branch(&self, used: Node<'s>, assignment: Node<'s>, name: &str) -> bool {
        let before = World::new("", vec![(Cow::Owned(name.to_owned()), self.grammar.absent())]);
        assignment.ancestors().take_while(|outer| !outer.holds(used)).any(|outer| match self.grammar.shape(outer) {
            Shape::Choice(choice) => {
                let is_in = |branch: Option<Node<'s>>| branch.is_some_and(|branch| branch.holds(assignment));
                let truth = self.grammar.truth(self.value(choice.condition, &before, DEEPEST));
                let is_other =
                    is_in(choice.then) && truth != Some(true) || is_in(choice.otherwise) && truth != Some(false);
                is_other || (is_in(choice.then) || is_in(choice.otherwise)) && self.is_read_before(outer, name)
            }
            _ => false,
        })
    }

    /// Whether a variable has got another read of the environment before a place in its function.
    fn is_read_before(&self, place: Node<'s>, name: &str) -> bool {
        let function = own_function(place);
        let world = World::new("", Vec::new());
        let before = self.reads.between(function.place()..place.place()).rev().take(MOST_READS);
        let mut targets = before.flat_map(|known| self.targets(known, &world));
        targets.any(|(target, _)| self.grammar.plain(target.text()) == name)
    }

    /// The expressions with a target's text behind it in its function, nested ones among them; for a file or class only its
    /// own, unless the language says that they are constants known everywhere.
    fn uses(&self, target: Target<'s, '_>) -> impl Iterator<Item = Node<'s>> {
        let (text, at) = (self.name_of_target(target), target.at);
        let everywhere = self.grammar.is_known_everywhere(at);
        let is_home = |scope: Scope| matches!(scope, Scope::Class | Scope::File);
        let class = || at.scopes().find(|(_, scope)| is_home(*scope)).map(|(node, _)| node);
        let function = if everywhere { class() } else { None }.unwrap_or_else(|| own_function(at));
        let whole = everywhere || matches!(function.scope(), Some(Scope::Function | Scope::Lambda));
        // Where the name is known is often but a part of the function.
        let home = home_of(self.grammar, at.first_leaf()).filter(|home| function.holds(*home) && !everywhere);
        let places = at.places().end..home.unwrap_or(function).places().end;
        let words = at.syntax().leaves_between(last_word(&text), places);
        words.filter_map(move |word| {
            let has_text = |node: &Node<'s>| self.grammar.plain(node.text()) == text;
            let used = std::iter::once(word).chain(word.ancestors().take(3)).filter(has_text).last()?;
            ((whole || own_function(used) == function) && self.means(used, at)).then_some(used)
        })
    }

    /// Whether a name, or what begins with it, is the target's, and not another one that is spelled alike.
    fn means(&self, used: Node<'s>, target: Node<'s>) -> bool {
        let has_more = |node: Node<'s>| node.text() != self.grammar.plain(node.text());
        if has_more(used) || has_more(target) {
            return true;
        }
        home_of(self.grammar, used.first_leaf()) == home_of(self.grammar, target.first_leaf())
    }

    /// When a use is a new value for the variable, which it then surely has: where that assignment ends, with the condition
    /// under which it runs (`x = 1 if x.nil?`).
    fn new_value(&self, used: Node<'s>, assignment: Node<'s>, world: &World<'_, 's>) -> Option<u32> {
        let is_name = matches!(
            self.grammar.binding(used)?.to,
            Bound::Value(_) | Bound::Change | Bound::Opaque | Bound::Import { .. } | Bound::Key { .. }
        );
        let around = used.ancestors().take(FURTHEST).take_while(|outer| !outer.holds(assignment));
        let shaped = around.filter(|outer| matches!(self.grammar.shape(*outer), Shape::Assign(_) | Shape::Choice(_)));
        let fallback =
            used.ancestors().take(2).any(|outer| matches!(self.grammar.shape(outer), Shape::Fallback { .. }));
        if !is_name || fallback || !self.surely_runs(used, assignment, world) {
            return None;
        }
        Some(shaped.last().map_or(used.end(), Node::end))
    }

    /// Whether a node runs when the variable is absent, as far as the conditions around it say: those that are not around
    /// the assignment as well.
    fn surely_runs(&self, node: Node<'s>, assignment: Node<'s>, world: &World<'_, 's>) -> bool {
        let mut inner = node;
        for outer in node.ancestors().take(FURTHEST) {
            if outer.holds(assignment) {
                break;
            }
            if let Shape::Choice(choice) = self.grammar.shape(outer) {
                let truth = self.grammar.truth(self.value(choice.condition, world, DEEPEST));
                let taken = truth.and_then(|truth| if truth { choice.then } else { choice.otherwise });
                let in_condition = choice.condition.holds(inner);
                if !in_condition && !taken.is_some_and(|branch| branch.holds(inner)) {
                    return false;
                }
            }
            inner = outer;
        }
        true
    }

    /// Whether a node is in another branch than the assignment, so that the one never follows the other.
    fn excludes(&self, node: Node<'s>, assignment: Node<'s>) -> bool {
        let common = node.ancestors().find(|outer| outer.holds(assignment));
        let Some(common) = common else { return false };
        if let Some(catch) = self.grammar.catches(common) {
            return assignment.start() < catch.watched_until
                && catch.handler.is_some_and(|handler| handler.holds(node));
        }
        let Shape::Choice(choice) = self.grammar.shape(common) else { return false };
        let within = |branch: Option<Node<'s>>, node| branch.is_some_and(|branch| branch.holds(node));
        within(choice.then, assignment) && within(choice.otherwise, node)
            || within(choice.otherwise, assignment) && within(choice.then, node)
    }

    /// The variables that a read is assigned to, with what they are when it is absent.
    pub(crate) fn targets(&self, known: &Known<'s>, world: &World<'_, 's>) -> Vec<(Node<'s>, Value)> {
        let value = self.value_of(known, world, DEEPEST);
        if let Some(target) = known.asked.goes_to {
            return vec![(target, value)];
        }
        let mut node = known.asked.at;
        for outer in known.asked.at.ancestors().take(6) {
            match self.grammar.shape(outer) {
                Shape::Assign(pairs) => {
                    let of_read = pairs.into_iter().filter(|pair| pair.value.holds(node));
                    return of_read.map(|pair| (pair.target, self.value_of_pair(&pair, world))).collect();
                }
                Shape::Part => {}
                Shape::Same(_) => node = outer,
                _ => break,
            }
        }
        Vec::new()
    }
}
