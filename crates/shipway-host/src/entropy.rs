//! The operating system's randomness behind the engine's [`Entropy`]. No generator of our own, no seed.

use shipway_core::names::Nonce;
use shipway_engine::ports::Entropy;

/// Lower-case letters and digits without the ones that people mix up (`i`, `l`, `o`, `u`): 32 of them, five bits each.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A nonce's length: 100 bits.
const NONCE_LENGTH: usize = 20;

/// The operating system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system that runs processes has a source of randomness");
    bytes
}

impl Entropy for SystemEntropy {
    fn nonce(&self) -> Nonce {
        let letters = random::<NONCE_LENGTH>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        letters.iter().collect::<String>().parse().expect("letters and digits are a nonce")
    }

    fn fraction(&self) -> f64 {
        // The 53 bits that a double holds exactly.
        let bits = u64::from_le_bytes(random()) >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let numerator = bits as f64;
        numerator / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nonces_differ() {
        let drawn: BTreeSet<Nonce> = (0..1000).map(|_| SystemEntropy.nonce()).collect();
        assert_eq!(drawn.len(), 1000);
        assert!(drawn.iter().all(|nonce| nonce.as_str().len() == NONCE_LENGTH));
    }

    #[test]
    fn fractions_fill_the_unit_interval() {
        let drawn: Vec<f64> = (0..1000).map(|_| SystemEntropy.fraction()).collect();
        assert!(drawn.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        assert!(drawn.iter().any(|fraction| *fraction < 0.5) && drawn.iter().any(|fraction| *fraction >= 0.5));
    }
}
