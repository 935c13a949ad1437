//! Go's constructs in neutral terms.

use super::names::{counterpart, names};
use crate::grammar::{Choice, ChoiceKind, Comparison, Pair, Piece, Shape, Value};
use crate::helper::emptiness;
use crate::literal::unescaped;
use crate::syntax::Node;

/// So many cases of a `switch` are taken for a chain of conditions.
const MOST_CASES: usize = 64;

/// See `Grammar::shape`.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    shape_or_none(node).unwrap_or(Shape::Other)
}

fn shape_or_none(node: Node<'_>) -> Option<Shape<'_>> {
    Some(match node.kind() {
        "argument_list" | "expression_list" => Shape::Part,
        "parenthesized_expression" | "expression_statement" | "block" | "default_case" => {
            Shape::Same(node.only_child()?)
        }
        "unary_expression" if node.child_text("operator") == "!" => Shape::Not(node.child("operand")?),
        "binary_expression" => {
            let (left, right) = (node.child("left")?, node.child("right")?);
            match node.child_text("operator") {
                "&&" => Shape::And(left, right),
                "||" => Shape::Or(left, right),
                sign => Shape::Compare(Comparison::of_sign(sign)?, left, right),
            }
        }
        "if_statement" => {
            let (then, otherwise) = (node.child("consequence"), node.child("alternative"));
            Shape::Choice(Choice { condition: node.child("condition")?, then, otherwise, kind: ChoiceKind::Statement })
        }
        "for_statement" => {
            let head = node.children().next().filter(|head| head.role() != "body")?;
            let condition = if head.kind() == "for_clause" { head.child("condition")? } else { head };
            Shape::While(condition, node.child("body"))
        }
        "expression_switch_statement" => Shape::Switch { subject: node.child("value")?, absent: empty_case(node) },
        // Without a subject, each case is a condition.
        "expression_case" if is_condition(node) => {
            let condition = node.child("value")?.only_child()?;
            let (then, otherwise) = (statements(node), node.next());
            Shape::Choice(Choice { condition, then, otherwise, kind: ChoiceKind::Statement })
        }
        "short_var_declaration" => Shape::Assign(pairs(node.child("left")?.children().collect(), node.child("right"))?),
        "assignment_statement" if node.child_text("operator") == "=" => {
            Shape::Assign(pairs(node.child("left")?.children().collect(), node.child("right"))?)
        }
        "var_spec" => Shape::Assign(pairs(names(node).collect(), node.child("value"))?),
        "nil" => Shape::Is(Value::Absent),
        "true" => Shape::Is(Value::Yes),
        "false" => Shape::Is(Value::No),
        "int_literal" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "interpreted_string_literal" | "raw_string_literal" => {
            Shape::Is(if node.text().len() > 2 { Value::Text } else { Value::Empty })
        }
        "identifier" | "selector_expression" => Shape::Variable,
        "return_statement" if returns_error(node) => Shape::Fails,
        "return_statement" | "break_statement" | "continue_statement" | "goto_statement" => Shape::Leaves,
        "composite_literal" => Shape::Record,
        "literal_value" => Shape::Part,
        "keyed_element" => {
            let mut parts = node.children();
            Shape::Field(parts.next()?.text(), parts.next()?)
        }
        "literal_element" => Shape::Same(node.only_child()?),
        "unary_expression" if node.child_text("operator") == "&" => Shape::Same(node.child("operand")?),
        "func_literal" => Shape::Lambda(node.child("body")?),
        "call_expression" => call(node)?,
        _ => return None,
    })
}

/// Whether a node is a case of a `switch` without a subject.
pub(super) fn is_condition(case: Node<'_>) -> bool {
    let switch = case.parent().filter(|_| matches!(case.kind(), "expression_case" | "default_case"));
    switch.filter(|switch| switch.kind() == "expression_switch_statement").is_some_and(|switch| {
        let mut head = switch.tokens().take_while(|token| token.kind() != "{");
        head.all(|token| token.role() != "value")
    })
}

/// The case before a case.
pub(super) fn case_before(case: Node<'_>) -> Option<Node<'_>> {
    let before = case.parent()?.children().take_while(|other| *other < case).take(MOST_CASES);
    before.filter(|other| other.kind() == "expression_case").last().filter(|before| before.next() == Some(case))
}

fn statements(case: Node<'_>) -> Option<Node<'_>> {
    case.children().find(|child| child.kind() == "statement_list")
}

/// The case of a `switch` that is taken for the empty text.
fn empty_case(node: Node<'_>) -> Option<Node<'_>> {
    let for_empty = |case: &Node<'_>| {
        case.child("value").is_some_and(|values| values.children().any(|value| matches!(value.text(), "\"\"" | "``")))
    };
    let case = node.children().find(for_empty).or_else(|| node.children().find(|case| case.kind() == "default_case"));
    statements(case?)
}

/// Names and what they get. Of a call that gives two values, the second says whether the first is there.
fn pairs<'s>(targets: Vec<Node<'s>>, values: Option<Node<'s>>) -> Option<Vec<Pair<'s>>> {
    let call = values?.only_child().filter(|_| targets.len() == 2);
    if let Some(call) = call {
        // An error, where the empty text is none of what is parsed; else whether there is a value.
        let second = if may_parse(call.child_text("function")) { Value::Text } else { Value::No };
        let found = Pair { target: targets[1], value: call, instead: Some(second) };
        return Some(vec![Pair::plain(targets[0], call), found]);
    }
    let with_value = targets
        .iter()
        .filter_map(|target| Some(Pair::plain(*target, counterpart(targets.iter().copied(), *target, values)?)));
    Some(with_value.collect())
}

/// Whether a function makes something of a text, and an error of an empty one.
fn parses(function: &str) -> bool {
    let name = function.strip_prefix("strconv.").unwrap_or_default();
    name == "Atoi" || name.starts_with("Parse") || function == "time.ParseDuration"
}

/// Whether a function does so, or is named like one that does.
fn may_parse(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    parses(function) || name.starts_with("parse") || name.starts_with("Parse")
}

/// Whether a call's value goes to a variable, and its error to another.
fn has_error_assigned(call: Node<'_>) -> bool {
    let assignment = call.parent().and_then(Node::parent);
    let left = assignment.and_then(|assignment| assignment.child("left").or_else(|| assignment.child("name")));
    call.role() != "left" && left.is_some_and(|left| left.children().count() == 2)
}

/// Whether a `return` hands back an error.
fn returns_error(node: Node<'_>) -> bool {
    let values = node.children().flat_map(Node::children);
    values.into_iter().any(|value| match value.kind() {
        "identifier" => is_error_name(value.text()),
        "selector_expression" => is_error_name(value.child_text("field")),
        "call_expression" => makes_error(value.child_text("function")),
        "composite_literal" => value.child_text("type").ends_with("Error"),
        "unary_expression" => {
            value.child("operand").is_some_and(|operand| operand.child_text("type").ends_with("Error"))
        }
        _ => false,
    })
}

fn is_error_name(name: &str) -> bool {
    let is_sentinel = name.strip_prefix("err").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    is_sentinel || name.starts_with("Err") || name.ends_with("Err") || name.ends_with("err")
}

fn makes_error(function: &str) -> bool {
    let (package, name) = function.rsplit_once('.').unwrap_or(("", function));
    let package = package.rsplit('.').next().unwrap_or(package);
    matches!(package, "errors" | "xerrors")
        || name.ends_with("Error")
        || name.ends_with("Errorf")
        || is_error_name(name)
}

fn call(node: Node<'_>) -> Option<Shape<'_>> {
    let function = node.child("function")?;
    let mut arguments = node.child("arguments")?.children();
    let (first, second) = (arguments.next(), arguments.next());
    let field = function.child_text("field");
    Some(match function.text() {
        "panic" => Shape::Fails,
        "os.Exit" if first.is_some_and(|code| code.text() == "0") => Shape::Leaves,
        "os.Exit" => Shape::Fails,
        _ if field.starts_with("Fatal") || field.starts_with("Panic") => Shape::Fails,
        "len" => Shape::Ask(first?, Value::Number(0), Value::Number(0)),
        // None of these makes something of nothing.
        "string" | "strings.TrimSpace" | "strings.ToLower" | "strings.ToUpper" | "strings.Trim"
        | "strings.TrimSuffix" | "strings.TrimPrefix" => Shape::Same(first?),
        name if parses(name) || may_parse(name) && has_error_assigned(node) => Shape::Same(first?),
        "strings.Contains" | "strings.HasPrefix" | "strings.HasSuffix" => Shape::Ask(first?, Value::No, Value::No),
        "strings.EqualFold" => Shape::Compare(Comparison::Equal, first?, second?),
        "cmp.Or" => Shape::First(node.child("arguments")?.children().collect()),
        name => {
            let (absent, empty) = emptiness(name.rsplit('.').next().unwrap_or(name))?;
            Shape::Ask(first?, absent, empty)
        }
    })
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "interpreted_string_literal" => Some(vec![Piece::Text(unescaped(node.text().trim_matches('"')))]),
        "raw_string_literal" => Some(vec![Piece::Text(node.text().trim_matches('`').to_owned())]),
        "binary_expression" if node.child_text("operator") == "+" => {
            Some(vec![Piece::Of(node.child("left")?), Piece::Of(node.child("right")?)])
        }
        _ => None,
    }
}
