//! EAN-13: thirteen digits, of which the last is computed from the others.

/// The digits of `code`, if it has thirteen and nothing else.
pub fn digits(code: &str) -> Option<[u8; 13]> {
    let bytes: [u8; 13] = code.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|byte| byte - b'0'))
}

/// What the thirteenth digit must be: the first twelve are weighted 1, 3, 1, 3 …
pub fn check_digit(digits: &[u8; 13]) -> u8 {
    let weighted: u32 = digits[..12]
        .iter()
        .enumerate()
        .map(|(place, digit)| u32::from(*digit) * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    ((10 - weighted % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::{check_digit, digits};

    #[test]
    fn known_codes_end_in_their_check_digit() {
        for code in ["4006381333931", "5901234123457", "9780201379624", "0000000000000"] {
            let digits = digits(code).unwrap();
            assert_eq!(check_digit(&digits), digits[12], "{code}");
        }
    }
}
