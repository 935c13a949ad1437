//! Files that need no network: the same bytes for the same seed, about as compressible as source text.

use std::path::Path;

use crate::failure::Failure;

/// A small generator of numbers (xorshift64*): the same everywhere, and good enough for filling files.
#[derive(Debug)]
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Less than `bound`, small ones more often.
    fn skewed(&mut self, bound: u64) -> u64 {
        (self.next() % bound).min(self.next() % bound)
    }
}

/// About `bytes` bytes of words in lines.
pub(crate) fn text(seed: u64, bytes: usize) -> String {
    let mut numbers = Numbers::new(seed);
    let mut text = String::with_capacity(bytes + 80);
    while text.len() < bytes {
        text.push_str(&"    "[..(numbers.next() % 5).min(4) as usize]);
        for _ in 0..=numbers.next() % 8 {
            let word = numbers.skewed(4_000);
            let mut rest = word * 7_919 + 26;
            while rest > 0 {
                text.push(char::from(b'a' + (rest % 26) as u8));
                rest /= 26;
            }
            text.push(' ');
        }
        text.push('\n');
    }
    text
}

/// `files` files of about `bytes` bytes each, some folders deep.
pub(super) fn tree(folder: &Path, seed: u64, files: u64, bytes: usize) -> Result<(), Failure> {
    for number in 0..files {
        let parent = folder.join(format!("package{:02}/part{}", number % 23, number % 5));
        std::fs::create_dir_all(&parent).map_err(Failure::file("creating", &parent))?;
        let size = bytes / 2 + (Numbers::new(seed + number).next() % bytes as u64) as usize;
        let file = parent.join(format!("module{number:04}.txt"));
        std::fs::write(&file, text(seed * 1_000_000 + number, size)).map_err(Failure::file("writing", &file))?;
    }
    Ok(())
}

/// One file in which text and noise take turns, as in a program.
pub(super) fn binary(file: &Path, seed: u64, bytes: usize) -> Result<(), Failure> {
    let mut numbers = Numbers::new(seed);
    let mut content = Vec::with_capacity(bytes + 8_192);
    while content.len() < bytes {
        content.extend(text(numbers.next(), 4_096).into_bytes());
        for _ in 0..256 {
            content.extend(numbers.next().to_le_bytes());
        }
    }
    content.truncate(bytes);
    std::fs::write(file, content).map_err(Failure::file("writing", file))
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_same_seed_gives_the_same_text_and_another_seed_another() {
        assert_eq!(text(1, 5_000), text(1, 5_000));
        assert_ne!(text(1, 5_000), text(2, 5_000));
        assert!((5_000..5_200).contains(&text(1, 5_000).len()));
    }
}
