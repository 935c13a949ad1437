//! The BLAKE3 of a file from those of its chunks: BLAKE3 is a tree, and chunks of 1 MiB are subtrees of it.

use blake3::hazmat::{ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root};

use crate::compress::CHUNK_BYTES;
use crate::digest::ContentDigest;

/// The subtree of a chunk that begins `start` bytes into its file, which has more chunks than this one.
pub(crate) fn of_chunk(start: u64, content: &[u8]) -> ChainingValue {
    blake3::Hasher::new().set_input_offset(start).update(content).finalize_non_root()
}

/// The digest of a file of `bytes` bytes, which are at least two chunks.
pub(crate) fn join(chaining_values: &[ChainingValue], bytes: u64) -> ContentDigest {
    let (left, right, left_bytes) = halves(chaining_values, bytes);
    let left = join_subtrees(left, left_bytes);
    let right = join_subtrees(right, bytes - left_bytes);
    *merge_subtrees_root(&left, &right, Mode::Hash).as_bytes()
}

fn join_subtrees(chaining_values: &[ChainingValue], bytes: u64) -> ChainingValue {
    if let [single] = chaining_values {
        return *single;
    }
    let (left, right, left_bytes) = halves(chaining_values, bytes);
    merge_subtrees_non_root(&join_subtrees(left, left_bytes), &join_subtrees(right, bytes - left_bytes), Mode::Hash)
}

fn halves(chaining_values: &[ChainingValue], bytes: u64) -> (&[ChainingValue], &[ChainingValue], u64) {
    let left_bytes = left_subtree_len(bytes);
    let chunks = usize::try_from(left_bytes / CHUNK_BYTES).expect("a file's chunks can be counted");
    let (left, right) = chaining_values.split_at(chunks);
    (left, right, left_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_chunks_join_to_the_digest_of_the_whole() {
        let chunk = usize::try_from(CHUNK_BYTES).unwrap();
        for bytes in [chunk + 1, 2 * chunk, 3 * chunk, 5 * chunk + 17, 8 * chunk - 1] {
            let content: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
            let starts = (0_u64..).step_by(chunk);
            let chaining_values: Vec<ChainingValue> =
                starts.zip(content.chunks(chunk)).map(|(start, part)| of_chunk(start, part)).collect();
            assert_eq!(join(&chaining_values, bytes as u64), *blake3::hash(&content).as_bytes(), "{bytes}");
        }
    }
}
