//! What the reader wants to know about a language: the neutral terms in which each language's folder describes its
//! constructs, and in which reads are found and judged. No language's own names are here.

use crate::syntax::Node;

/// A language's rules.
pub(crate) trait Grammar: Sync {
    /// The words that a read of the environment cannot do without, whatever else has been renamed.
    fn seeds(&self) -> &'static [&'static str];

    /// The reads that a node is, if it is any.
    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>>;

    /// Whether the node is the environment, something that leads to it, or a function that asks it. `fuel` says how
    /// many more names and constructs may be followed: names can lead in circles.
    fn thing(&self, node: Node<'_>, fuel: usize) -> Option<Thing>;

    /// The new name that something gets where this word stands: `e` of `import environ as e`, at `environ`.
    fn alias<'s>(&self, word: Node<'s>) -> Option<Node<'s>> {
        let _ = word;
        None
    }

    /// What a name is given where this word stands; `None` where it is merely used.
    fn binding<'s>(&self, word: Node<'s>) -> Option<Binding<'s>>;

    /// Whether a name that stands for something at `used` may be what a binding of it says: not where it is looked up
    /// among other things, or before it is given.
    fn may_mean(&self, used: Node<'_>, binding: &Binding<'_>) -> bool {
        let _ = (used, binding);
        true
    }

    /// The file in other words, where the grammar does not look into some of its constructs: each byte stays where it is.
    fn rewritten(&self, root: Node<'_>) -> Option<String> {
        let _ = root;
        None
    }

    /// What kind of scope a kind of node opens, if it does.
    fn scope(&self, kind: &str) -> Option<Scope>;

    /// Whether functions see the names of the classes that they are in.
    fn functions_see_classes(&self) -> bool {
        true
    }

    /// Whether functions see the local names around them.
    fn functions_see_outer(&self, name: &str) -> bool {
        let _ = name;
        true
    }

    /// What a text consists of; `None` when the node is none.
    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>>;

    /// The class and the name of a constant of a class: `Names.TABLE`. The class is `None` for one's own (`self.TABLE`).
    fn member<'s>(&self, node: Node<'s>) -> Option<(Option<&'s str>, &'s str)> {
        let _ = node;
        None
    }

    /// A node in neutral terms.
    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s>;

    /// Whether a node is a sequence of statements.
    fn is_sequence(&self, node: Node<'_>) -> bool;

    /// What catches the error of a variable that is missing, when the node is a construct that does.
    fn catches<'s>(&self, node: Node<'s>) -> Option<Catch<'s>> {
        let _ = node;
        None
    }

    /// The name of the variable that a statement or expression sets in the environment.
    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        let _ = node;
        None
    }

    /// What a node is in. Differs from the tree where that is flatter than the language (`elif`).
    fn parent<'s>(&self, node: Node<'s>) -> Option<Node<'s>> {
        node.parent()
    }

    /// What a variable that is not set reads as.
    fn absent(&self) -> Value {
        Value::Absent
    }

    /// Whether a condition with this value holds.
    fn truth(&self, value: Value) -> Option<bool> {
        match value {
            Value::Yes | Value::Text => Some(true),
            Value::No | Value::Absent | Value::Empty => Some(false),
            Value::Number(number) => Some(number != 0),
            Value::Fails | Value::Unknown => None,
        }
    }

    /// A variable's text without what may be left out: `table` of `this.table`.
    fn plain<'s>(&self, variable: &'s str) -> &'s str {
        variable
    }

    /// Whether a variable is a constant that the functions of its file may test.
    fn is_known_everywhere(&self, target: Node<'_>) -> bool {
        let _ = target;
        false
    }

    /// When code in this node runs, if that is not when the file is used.
    fn part(&self, node: Node<'_>) -> Option<Part> {
        let _ = node;
        None
    }
}

/// Something that has to do with the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// What holds the environment: `os`, `process`, `std`.
    Library,
    /// What holds the functions that ask, where that is not the library itself: `std::env`.
    Module,
    /// The environment as a map.
    Environment,
    /// A function that takes a variable's name.
    Function(Form),
}

/// How an expression asks for a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// It raises when there is none: `os.environ["X"]`.
    Raises,
    /// It has a value that stands for nothing, and using that is an error sooner or later: `process.env.X`.
    Yields,
    /// It is written so that nothing is a fine answer, and then has this value: `os.environ.get("X")`.
    Asks(Value),
}

/// One read.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'s> {
    /// The expression, or the property of a destructuring.
    pub(crate) at: Node<'s>,
    pub(crate) name: Name<'s>,
    pub(crate) form: Form,
    /// What it has instead when there is none.
    pub(crate) default: Option<Default<'s>>,
    /// The variables that it goes to, where no assignment shows it: those of a destructuring.
    pub(crate) goes_to: Option<Node<'s>>,
}

impl<'s> Asked<'s> {
    pub(crate) fn new(at: Node<'s>, name: Name<'s>, form: Form) -> Self {
        Self { at, name, form, default: None, goes_to: None }
    }
}

/// What a read has instead.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Default<'s> {
    Is(Node<'s>),
    /// Declared elsewhere, in words that do not matter.
    Somewhere,
}

/// A variable's name in the source.
#[derive(Debug, Clone)]
pub(crate) enum Name<'s> {
    /// Known already.
    Is(String),
    /// An expression, whose value may be known.
    Of(Node<'s>),
    /// Not even an expression.
    Computed,
}

/// A name that is given to something.
#[derive(Debug, Clone)]
pub(crate) struct Binding<'s> {
    pub(crate) at: Node<'s>,
    pub(crate) to: Bound<'s>,
    pub(crate) reach: Reach,
}

/// What a name is given to.
#[derive(Debug, Clone)]
pub(crate) enum Bound<'s> {
    /// A value, once and for all or until it changes.
    Value(Node<'s>),
    /// A module, or something of it.
    Import { module: String, item: Option<String> },
    /// A part of a value.
    Key { of: Node<'s>, key: String },
    /// Something that is not followed: a parameter, a loop's variable, a function.
    Opaque,
    /// Not a new name: another value for one that exists.
    Change,
}

/// How far a binding's name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// In the innermost scope around it.
    Block,
    /// In the function around it.
    Function,
    /// Outside of the construct that it names.
    Outside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    File,
    Class,
    Function,
    /// A function that belongs to what is around it: a lambda, a closure.
    Lambda,
    Block,
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(crate) enum Piece<'s> {
    Text(String),
    Of(Node<'s>),
    /// What a name stands for at a node, where the name is no node of its own.
    Named(Node<'s>, String),
}

/// What an expression comes to when a variable is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing: `None`, `undefined`, `nil`, an `Err`.
    Absent,
    /// A text without characters.
    Empty,
    /// A text with some.
    Text,
    Number(i64),
    Yes,
    No,
    /// It has no value: it raises, or ends the program.
    Fails,
    Unknown,
}

/// A construct in neutral terms.
#[derive(Debug, Clone)]
pub(crate) enum Shape<'s> {
    /// A part of a construct's syntax: look at what it is in.
    Part,
    /// The value of the node in it: parentheses, casts.
    Same(Node<'s>),
    Not(Node<'s>),
    And(Node<'s>, Node<'s>),
    /// The second where the first is nothing: `or`, `||`, `??`, `unwrap_or`.
    Or(Node<'s>, Node<'s>),
    /// The first of several that is something.
    First(Vec<Node<'s>>),
    Compare(Comparison, Node<'s>, Node<'s>),
    /// A question about a value: what the answer is when the value is absent, and when it is an empty text.
    Ask(Node<'s>, Value, Value),
    /// Fails unless the node has a value that counts as true: `assert`, `unwrap`.
    Demand(Node<'s>),
    /// Several values in one.
    List,
    /// Several values in one, each under a name of its own.
    Record,
    /// A named part of a record: its name, and its value.
    Field(&'s str, Node<'s>),
    /// Whether all of them count as true.
    All(Vec<Node<'s>>),
    /// `if`, as a statement or an expression.
    Choice(Choice<'s>),
    While(Node<'s>, Option<Node<'s>>),
    Switch {
        subject: Node<'s>,
        absent: Option<Node<'s>>,
    },
    Assign(Vec<Pair<'s>>),
    /// `||=`: the value goes to the target where that is nothing.
    Fallback {
        target: Node<'s>,
        value: Node<'s>,
    },
    Is(Value),
    /// A variable, or an attribute: known by its text.
    Variable,
    /// A function without a name; its body.
    Lambda(Node<'s>),
    /// Raises, or ends the program with an error.
    Fails,
    /// Leaves the sequence without an error: `return`, `continue`.
    Leaves,
    Other,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'s> {
    pub(crate) condition: Node<'s>,
    pub(crate) then: Option<Node<'s>>,
    pub(crate) otherwise: Option<Node<'s>>,
    pub(crate) kind: ChoiceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChoiceKind {
    /// Its value goes on.
    Expression,
    Statement,
}

/// A target and what it gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'s> {
    pub(crate) target: Node<'s>,
    pub(crate) value: Node<'s>,
    /// What the target gets when the value is absent, if that is not the value.
    pub(crate) instead: Option<Value>,
}

impl<'s> Pair<'s> {
    pub(crate) fn plain(target: Node<'s>, value: Node<'s>) -> Self {
        Self { target, value, instead: None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Other,
}

impl Comparison {
    /// The comparison that a sign stands for in most languages.
    pub(crate) fn of_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" | "===" | "is" => Self::Equal,
            "!=" | "!==" | "is not" | "<>" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "=~" | "!~" | "<=>" => Self::Other,
            _ => return None,
        })
    }
}

/// The handler of a missing variable's error. One that catches much more counts only right around the read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Catch<'s> {
    /// `None` when the error is dropped.
    pub(crate) handler: Option<Node<'s>>,
    /// What starts before this is watched.
    pub(crate) watched_until: u32,
}

/// When code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Whenever the file is used.
    Program,
    /// In tests alone.
    Test,
    /// When the file is run as a program of its own, which Lambda does not do (`if __name__ == "__main__":`).
    Script,
}
