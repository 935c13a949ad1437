//! The system's randomness for the model.

use shipway_lambda_model::Entropy;

/// Identifiers and routing decisions from the operating system.
#[derive(Debug, Default)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn next_u64(&mut self) -> u64 {
        // It fails only where a system has no source of randomness at all, or forbids it to this process.
        getrandom::u64().expect("the operating system has a source of randomness")
    }
}

/// A version 4 UUID.
pub(crate) fn request_id() -> String {
    let mut entropy = SystemEntropy;
    let (high, low) = (entropy.next_u64(), entropy.next_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        8 + ((low >> 62) & 0b11),
        (low >> 48) & 0xfff,
        low & 0xffff_ffff_ffff
    )
}

/// An X-Ray trace header for an invocation that nobody samples.
pub(crate) fn trace_id(now_ms: u64) -> String {
    let mut entropy = SystemEntropy;
    format!(
        "Root=1-{:08x}-{:08x}{:016x};Parent={:016x};Sampled=0",
        now_ms / 1000,
        entropy.next_u64() >> 32,
        entropy.next_u64(),
        entropy.next_u64()
    )
}

/// 128 bits that nobody can guess, in hexadecimal.
pub(crate) fn secret() -> String {
    let mut entropy = SystemEntropy;
    format!("{:016x}{:016x}", entropy.next_u64(), entropy.next_u64())
}
