//! Poetry's version constraints: `^1.2`, `~1`, `>=1,<2`, `1.*`, `||`. Enough to tell a lock file's versions of one package
//! from each other: numbers decide, and what marks a pre-release does not.

use super::marker::numbers;

/// Whether a version satisfies a constraint. What cannot be read excludes nothing.
pub(super) fn satisfies(version: &str, constraint: &str) -> bool {
    let Some(version) = numbers(version) else { return true };
    let alternatives = constraint.split("||").flat_map(|part| part.split('|'));
    alternatives.filter(|part| !part.trim().is_empty()).any(|part| all_hold(&version, part))
        || constraint.trim().is_empty()
}

fn all_hold(version: &[u64], part: &str) -> bool {
    // `>= 1.0, < 2` and `>=1.0 <2` alike: an operator belongs to what follows it.
    let mut joined = part.replace(',', " ");
    for operator in ["^", "~=", "~", "===", "==", "!=", ">=", "<=", ">", "<", "="] {
        joined = joined.replace(&format!("{operator} "), operator);
    }
    joined.split_whitespace().all(|one| holds(version, one))
}

fn holds(version: &[u64], text: &str) -> bool {
    if text == "*" {
        return true;
    }
    let at = text.find(|other: char| other.is_ascii_alphanumeric() || other == '*').unwrap_or(text.len());
    let (operator, than) = text.split_at(at);
    let is_prefix = than.ends_with(".*");
    let Some(than) = numbers(than.trim_end_matches(".*")) else { return true };
    let at = |numbers: &[u64], index: usize| numbers.get(index).copied().unwrap_or(0);
    let length = version.len().max(than.len()) + 1;
    let padded = |numbers: &[u64]| (0..length).map(|index| at(numbers, index)).collect::<Vec<u64>>();
    let (version, bound) = (padded(version), padded(&than));
    let begins = |length: usize| version[..length] == bound[..length];
    match operator {
        // All up to the first number that is not nought stays.
        "^" => {
            let first = than.iter().position(|number| *number != 0).unwrap_or(than.len().saturating_sub(1));
            version >= bound && begins(first + 1)
        }
        "~" => version >= bound && begins(than.len().min(2)),
        "~=" => version >= bound && begins(than.len().saturating_sub(1)),
        "!=" if is_prefix => !begins(than.len()),
        "!=" => version != bound,
        ">=" => version >= bound,
        "<=" => version <= bound,
        ">" => version > bound,
        "<" => version < bound,
        "" | "=" | "==" | "===" if is_prefix => begins(than.len()),
        "" | "=" | "==" | "===" => version == bound,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::satisfies;

    #[test]
    fn poetrys_constraints() {
        for (version, constraint) in [
            ("1.9.1", "^1.2"),
            ("0.3.4", "^0.3.1"),
            ("1.2.9", "~1.2.3"),
            ("1.9", "~1"),
            ("2.0", "*"),
            ("2.0", ">=1, <3"),
            ("2.0", ">= 1 < 3"),
            ("3.1", "<2 || >=3"),
            ("3.13.0", ">=3.9,<4.0,!=3.9.7"),
            ("1.4.2", "1.*"),
            ("1.4.2", "1.4.2"),
            ("2.2rc1", ">=2.2"),
            ("1.4.5", "~=1.4.2"),
            ("1.0", ""),
        ] {
            assert!(satisfies(version, constraint), "{version} {constraint}");
        }
        for (version, constraint) in [
            ("2.0", "^1.2"),
            ("1.1", "^1.2"),
            ("0.4.0", "^0.3.1"),
            ("1.3.0", "~1.2.3"),
            ("2.0", "<2 || >=3"),
            ("3.9.7", ">=3.9,<4.0,!=3.9.7"),
            ("2.4", "1.*"),
            ("3.13.0", "<3.13"),
            ("1.4.3", "1.4.2"),
        ] {
            assert!(!satisfies(version, constraint), "{version} {constraint}");
        }
    }
}
