//! Whether a read stands where its variable is known to be set: behind a test for it, in a branch, or in a condition.

use crate::Need;
use crate::grammar::Shape;
use crate::judge::{DEEPEST, FURTHEST, Judge, MOST_READS, World};
use crate::syntax::Node;

/// What stands before a read and sees to it that the variable is set.
pub(crate) enum Guard<'s> {
    /// A branch, or a statement before: what it means for the read is known.
    Branch(Need),
    /// The other side of `and` or `or`, which is this node.
    Operand(Node<'s>),
}

impl<'s> Judge<'_, 's> {
    /// Whether the read stands where the variable is known to be set, and then what follows from that.
    pub(crate) fn guard(&self, at: Node<'s>, world: &World<'_, 's>) -> Option<Guard<'s>> {
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
        let before = sequence.place()..node.place();
        let reads = self.named(world.name, before.clone()).map(|known| known.asked.at);
        let setters = self.reads.setters(world.name).iter().copied().filter(|setter| before.contains(&setter.place()));
        let setters: Vec<Node<'s>> = setters.collect();
        let variables = world.variables.iter().take(MOST_READS).flat_map(|(name, _)| {
            sequence.syntax().leaves_in(name, sequence).take_while(|word| word.place() < node.place()).take(MOST_READS)
        });
        let candidates = reads.chain(setters.iter().copied()).chain(variables);
        let mut statements: Vec<Node<'s>> = candidates.filter_map(|place| place.within(sequence)).collect();
        statements.sort();
        statements.dedup();
        let before = statements.into_iter().filter(|statement| !statement.holds(node));
        let found = before.map(|statement| self.guard_by(self.unwrapped(statement), &setters, world));
        found.into_iter().flatten().next()
    }

    /// Whether a statement, once it has run, sees to it that the variable is set.
    fn guard_by(&self, statement: Node<'s>, setters: &[Node<'s>], world: &World<'_, 's>) -> Option<Need> {
        let truth = |condition| self.grammar.truth(self.value(condition, world, DEEPEST));
        if setters.contains(&statement) {
            return Some(Need::Optional);
        }
        match self.grammar.shape(statement) {
            Shape::Choice(choice) => {
                let taken = if truth(choice.condition)? { choice.then } else { choice.otherwise }?;
                if setters.iter().any(|setter| taken.holds(*setter)) {
                    return Some(Need::Optional);
                }
                self.leaves(taken).then(|| self.need_by(Some(taken)))
            }
            Shape::Demand(condition) => (truth(condition) == Some(false)).then_some(Need::Required),
            Shape::Switch { subject, absent: Some(arm) } if self.leaves(arm) => {
                (truth(subject) == Some(false)).then(|| self.need_by(Some(arm)))
            }
            _ => None,
        }
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
}
