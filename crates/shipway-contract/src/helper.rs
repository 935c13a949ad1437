//! Functions that are known by what they are called, in whatever language and library.

use crate::grammar::Value;

/// What a test for emptiness, told by its name, says of nothing and of an empty text.
pub(crate) fn emptiness(name: &str) -> Option<(Value, Value)> {
    let plain: String = name.chars().filter(|character| *character != '_').collect::<String>().to_lowercase();
    Some(match plain.as_str() {
        "isempty" | "isblank" | "isnullorempty" | "isnullorblank" | "isemptyorblank" => (Value::Yes, Value::Yes),
        "isnotempty" | "isnotblank" | "isnotnullorempty" | "isnotnullorblank" | "hastext" | "haslength" => {
            (Value::No, Value::No)
        }
        "isnil" | "isnull" | "isundefined" | "isnone" => (Value::Yes, Value::No),
        _ => return None,
    })
}
