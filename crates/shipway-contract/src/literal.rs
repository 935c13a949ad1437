//! The text that a string literal stands for, as far as names of variables need it.

/// Undoes the escapes that languages share (`\n`, `\x41`, `\u0041`); what else follows a backslash stands for itself.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('0') => plain.push('\0'),
            Some('\n') | None => {}
            Some('x') => plain.extend(by_number(&mut characters, 2)),
            Some('u') => plain.extend(by_number(&mut characters, 4)),
            Some(other) => plain.push(other),
        }
    }
    plain
}

fn by_number(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let rest = characters.as_str();
    let (text, length) = match rest.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
        Some((text, _)) => (text, text.len() + 2),
        None => (rest.get(..digits)?, digits),
    };
    let found = u32::from_str_radix(text, 16).ok().and_then(char::from_u32)?;
    *characters = rest.get(length..)?.chars();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescaped(r"a\x41\u0042\u{43}\q\\"), r"aABCq\");
        assert_eq!(unescaped(r"\x4"), "4");
        assert_eq!(unescaped("\\"), "");
        assert_eq!(unescaped(r"\u{}é"), "{}é");
    }
}
