//! DEFLATE for whole files and for the chunks of large ones. The bytes that come out depend on the content alone.
//!
//! Whole files go through libdeflate, the best there is for its time, which however cannot divide a file among threads. Files
//! above [`WHOLE_LIMIT`] are cut every [`CHUNK_BYTES`]; each chunk is compressed by itself, with the 32 KiB before it as a
//! dictionary, and all but the last end on a byte boundary, so that the chunks one behind the other are one stream.

use libdeflater::{CompressionError, CompressionLvl, Compressor};
use zlib_rs::{Deflate, DeflateFlush, Status, compress_bound};

use crate::zip_format::Method;

/// Larger files are cut into chunks. Part of [`crate::PACKAGE_FORMAT`].
pub(crate) const WHOLE_LIMIT: u64 = 16 << 20;
/// Part of [`crate::PACKAGE_FORMAT`].
pub(crate) const CHUNK_BYTES: u64 = 1 << 20;
/// What a chunk may refer back to: the window of DEFLATE.
pub(crate) const DICTIONARY_BYTES: u64 = 32 << 10;
/// Of both compressors. Part of [`crate::PACKAGE_FORMAT`].
const LEVEL: i32 = 6;
const WINDOW_BITS: u8 = 15;

/// Whether a chunk is followed by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkPosition {
    Inner,
    Last,
}

/// One thread's compressors.
pub(crate) struct Compressors {
    whole: Compressor,
    output: Vec<u8>,
}

impl std::fmt::Debug for Compressors {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Compressors").finish_non_exhaustive()
    }
}

impl Compressors {
    pub(crate) fn new() -> Self {
        Self { whole: Compressor::new(CompressionLvl::new(LEVEL).expect("libdeflate has level 6")), output: Vec::new() }
    }

    /// Compresses a file; stores it when that does not make it smaller.
    pub(crate) fn whole(&mut self, content: &[u8]) -> (Method, Vec<u8>) {
        // With one byte less room than the content has, "does not fit" is "does not shrink".
        self.output.resize(content.len().saturating_sub(1), 0);
        let encoded = match self.whole.deflate_compress(content, &mut self.output) {
            Ok(length) => (Method::Deflated, self.output[..length].to_vec()),
            Err(CompressionError::InsufficientSpace) => (Method::Stored, content.to_vec()),
        };
        if self.output.capacity() as u64 > CHUNK_BYTES {
            self.output = Vec::new();
        }
        encoded
    }

    /// Compresses a chunk; `dictionary` is what stands before it in the file.
    ///
    /// There is no storing here: what does not shrink is kept by DEFLATE itself, for 5 bytes per 64 KiB.
    ///
    /// Each chunk gets a new compressor: zlib-rs 0.6.8 does not forget its chains of earlier positions on `reset`, and after a
    /// dictionary what was compressed before would then show in the bytes.
    pub(crate) fn chunk(dictionary: &[u8], content: &[u8], position: ChunkPosition) -> Vec<u8> {
        let mut deflate = Deflate::new(LEVEL, false, WINDOW_BITS);
        if !dictionary.is_empty() {
            deflate.set_dictionary(dictionary).expect("a new raw stream takes a dictionary");
        }
        let (flush, done) = match position {
            ChunkPosition::Inner => (DeflateFlush::SyncFlush, Status::Ok),
            ChunkPosition::Last => (DeflateFlush::Finish, Status::StreamEnd),
        };
        let mut output = vec![0; compress_bound(content.len()) + FLUSH_BYTES];
        let status = deflate.compress(content, &mut output, flush).expect("the stream's state is sound");
        let length = usize::try_from(deflate.total_out()).expect("what fits a buffer fits its length");
        assert!(status == done && length < output.len(), "the bound that zlib gives holds");
        output.truncate(length);
        output.shrink_to_fit();
        output
    }
}

/// More than an empty block and the bits before it take.
const FLUSH_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// Text-like and hard to compress bytes by turns, the same every time.
    fn sample(bytes: usize) -> Vec<u8> {
        let mut state = 1_u32;
        (0..bytes)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if at / 100_000 % 2 == 0 { b"lambda handler "[at % 15] } else { (state >> 24) as u8 }
            })
            .collect()
    }

    fn inflate(compressed: &[u8], bytes: usize) -> Vec<u8> {
        let mut output = vec![0; bytes];
        let length = libdeflater::Decompressor::new().deflate_decompress(compressed, &mut output).unwrap();
        assert_eq!(length, bytes);
        output
    }

    #[test]
    fn a_whole_file_comes_back() {
        let content = sample(300_000);
        let (method, compressed) = Compressors::new().whole(&content);
        assert_eq!(method, Method::Deflated);
        assert!(compressed.len() < content.len());
        assert_eq!(inflate(&compressed, content.len()), content);
    }

    #[test]
    fn what_does_not_shrink_is_stored() {
        for content in [&b""[..], b"a", b"ab", &sample(200_000)[100_000..110_000]] {
            assert_eq!(Compressors::new().whole(content), (Method::Stored, content.to_vec()));
        }
    }

    #[test]
    fn chunks_are_one_stream() {
        let content = sample(3_500_000);
        let chunk_bytes = usize::try_from(CHUNK_BYTES).unwrap();
        let dictionary_bytes = usize::try_from(DICTIONARY_BYTES).unwrap();
        let mut stream = Vec::new();
        for start in (0..content.len()).step_by(chunk_bytes) {
            let end = (start + chunk_bytes).min(content.len());
            let position = if end == content.len() { ChunkPosition::Last } else { ChunkPosition::Inner };
            let dictionary = &content[start.saturating_sub(dictionary_bytes)..start];
            stream.extend(Compressors::chunk(dictionary, &content[start..end], position));
        }
        assert_eq!(inflate(&stream, content.len()), content);
    }

    #[test]
    fn a_chunk_of_noise_stays_within_the_bound() {
        let mut noise = Vec::new();
        blake3::Hasher::new().finalize_xof().fill({
            noise.resize(1 << 20, 0);
            &mut noise
        });
        for position in [ChunkPosition::Inner, ChunkPosition::Last] {
            let compressed = Compressors::chunk(&noise[..100], &noise, position);
            assert!(compressed.len() < noise.len() + 2000);
        }
    }

    #[test]
    fn what_was_compressed_before_leaves_no_trace() {
        let content = sample(500_000);
        let mut used = Compressors::new();
        used.whole(&sample(900_000));
        assert_eq!(used.whole(&content), Compressors::new().whole(&content));
    }
}
