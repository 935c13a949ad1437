//! Which name was meant? A distance between names.

/// How far two names are apart: the edits between them (Damerau-Levenshtein), so that what one slip of the fingers
/// makes of a name is nearest to it.
#[must_use]
pub fn distance(one: &str, other: &str) -> usize {
    strsim::damerau_levenshtein(one, other)
}
