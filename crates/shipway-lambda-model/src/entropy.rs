//! Where identifiers and routing decisions come from.
//!
//! The model draws every random value from the [`Entropy`] that the caller passes in, so the same requests with the same
//! entropy give the same state. It must not look for randomness anywhere else.

use std::fmt;

/// A stream of random numbers.
pub trait Entropy {
    /// The next 64 bits.
    fn next_u64(&mut self) -> u64;
}

/// Entropy that is wholly determined by a seed (SplitMix64). For simulations and tests; not for secrets.
#[derive(Clone, Debug)]
pub struct SeededEntropy(u64);

impl SeededEntropy {
    /// The stream that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Entropy for SeededEntropy {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

/// A version 4 UUID in its lower-case hyphenated form.
pub(crate) fn uuid(entropy: &mut dyn Entropy) -> String {
    let high = (entropy.next_u64() & !0xf000) | 0x4000;
    let low = (entropy.next_u64() & !(0b11 << 62)) | (0b10 << 62);
    Uuid(high, low).to_string()
}

struct Uuid(u64, u64);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            self.0 >> 32,
            (self.0 >> 16) & 0xffff,
            self.0 & 0xffff,
            self.1 >> 48,
            self.1 & 0xffff_ffff_ffff
        )
    }
}

/// A number in [0, 1).
pub(crate) fn unit_interval(entropy: &mut dyn Entropy) -> f64 {
    /// 2^53, the number of equally spaced doubles in [0, 1).
    const STEPS: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    let numerator = (entropy.next_u64() >> 11) as f64;
    numerator / STEPS
}
