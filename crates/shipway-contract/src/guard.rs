//! Whether a read stands where its variable is known to be set: behind a test for it, in a branch, or in a condition.

use crate::grammar::Shape;
use crate::judge::{DEEPEST, FURTHEST, Judge, MOST_READS, World};
use crate::syntax::Node;

/// What stands before a read and sees to it that the variable is set.
pub(crate) enum Guard<'s> {
    /// A branch, or a statement before.
    Set,
    /// The other side of `and` or `or`, which is this node.
    Operand(Node<'s>),
}

/// The word at the end of a variable's text: `table` of `self.table`.
pub(crate) fn last_word(variable: &str) -> &str {
    let words = variable.rsplit(|character: char| !(character.is_alphanumeric() || "_$@".contains(character)));
    words.into_iter().next().filter(|word| !word.is_empty()).unwrap_or(variable)
}

impl<'s> Judge<'_, 's> {
    /// Whether the read stands where the variable is known to be set. That the test for it may have failed with an error is the
    /// test's business.
    pub(crate) fn guard(&self, at: Node<'s>, world: &World<'_, 's>) -> Option<Guard<'s>> {
        self.guard_since(None, at, world)
    }

    /// Whether something between an assignment and a use sees to it that what was assigned is something.
    pub(crate) fn is_known_since(&self, assignment: Node<'s>, used: Node<'s>, world: &World<'_, 's>) -> bool {
        matches!(self.guard_since(Some(assignment), used, world), Some(Guard::Set))
    }

    fn guard_since(&self, since: Option<Node<'s>>, at: Node<'s>, world: &World<'_, 's>) -> Option<Guard<'s>> {
        let mut node = at;
        for _ in 0..FURTHEST {
            let outer = self.grammar.parent(node)?;
            let truth = |condition| self.grammar.truth(self.value(condition, world, DEEPEST));
            // What is around the assignment as well came before it.
            let is_before = |branch: Node<'s>| since.is_some_and(|since| branch.holds(since));
            match self.grammar.shape(outer) {
                Shape::Choice(choice) => {
                    let within = |branch: Option<Node<'s>>| {
                        branch.is_some_and(|branch| branch.holds(node) && !is_before(branch))
                    };
                    if within(choice.then) && truth(choice.condition) == Some(false) {
                        return Some(Guard::Set);
                    }
                    if within(choice.otherwise) && truth(choice.condition) == Some(true) {
                        return Some(Guard::Set);
                    }
                }
                Shape::And(left, right) if right.holds(node) && truth(left) == Some(false) => {
                    return Some(Guard::Operand(outer));
                }
                Shape::Or(left, right) if right.holds(node) && truth(left) == Some(true) => {
                    return Some(Guard::Operand(outer));
                }
                Shape::While(condition, Some(body))
                    if body.holds(node) && !is_before(body) && truth(condition) == Some(false) =>
                {
                    return Some(Guard::Set);
                }
                _ => {}
            }
            if self.grammar.is_sequence(outer) && self.is_set_before(outer, node, since, world) {
                return Some(Guard::Set);
            }
            if self.is_boundary(outer) || is_before(outer) {
                return None;
            }
            node = outer;
        }
        None
    }

    /// Whether a statement before `node` sees to it that the variable is set.
    fn is_set_before(
        &self,
        sequence: Node<'s>,
        node: Node<'s>,
        since: Option<Node<'s>>,
        world: &World<'_, 's>,
    ) -> bool {
        let start = since.map_or(0, Node::place).max(sequence.place());
        let before = start..node.place();
        let reads = self.named(world.name, before.clone()).map(|known| known.asked.at);
        let setters = self.reads.setters(world.name).iter().copied().filter(|setter| before.contains(&setter.place()));
        let setters: Vec<Node<'s>> = setters.filter(|_| since.is_none()).collect();
        let variables = world.variables.iter().take(MOST_READS).flat_map(|(name, _)| {
            let words = sequence.syntax().leaves_in(last_word(name), sequence);
            words.filter(|word| start <= word.place()).take_while(|word| word.place() < node.place()).take(MOST_READS)
        });
        let candidates = reads.chain(setters.iter().copied()).chain(variables);
        let mut statements: Vec<Node<'s>> = candidates.filter_map(|place| place.within(sequence)).collect();
        statements.sort();
        statements.dedup();
        let mut before = statements.into_iter().filter(|statement| !statement.holds(node));
        before.any(|statement| self.sees_to_it(self.unwrapped(statement), &setters, world))
    }

    /// Whether the variable is set once a statement has run.
    fn sees_to_it(&self, statement: Node<'s>, setters: &[Node<'s>], world: &World<'_, 's>) -> bool {
        let truth = |condition| self.grammar.truth(self.value(condition, world, DEEPEST));
        // Inside of an assignment, say: `x = os.environ.setdefault("X", "y")`.
        let is_setter = setters
            .iter()
            .any(|setter| *setter == statement || setter.ancestors().take(2).any(|outer| outer == statement));
        let is_choice = matches!(self.grammar.shape(statement), Shape::Choice(_));
        if is_setter && !is_choice {
            return true;
        }
        match self.grammar.shape(statement) {
            Shape::Choice(choice) => {
                let taken =
                    truth(choice.condition).and_then(|truth| if truth { choice.then } else { choice.otherwise });
                taken.is_some_and(|taken| setters.iter().any(|setter| taken.holds(*setter)) || self.leaves(taken))
            }
            Shape::Demand(condition) => truth(condition) == Some(false),
            Shape::Switch { subject, absent: Some(arm) } => self.leaves(arm) && truth(subject) == Some(false),
            _ => false,
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
