//! Tells files that a dependency ships for other platforms from files that were built for the wrong one: the former say so
//! in their names, and the right one is beside them.

/// Words for systems, processors and C libraries, as package managers write them into names.
const WORDS: &[&str] = &[
    "aarch64",
    "amd64",
    "android",
    "arm",
    "arm64",
    "armhf",
    "armv6",
    "armv7",
    "armv7l",
    "darwin",
    "eabi",
    "freebsd",
    "glibc",
    "gnu",
    "gnueabihf",
    "i386",
    "i686",
    "ia32",
    "linux",
    "linuxmusl",
    "loong64",
    "macos",
    "mips64el",
    "msvc",
    "musl",
    "netbsd",
    "openbsd",
    "osx",
    "ppc64",
    "ppc64le",
    "riscv64",
    "s390x",
    "sunos",
    "win",
    "win32",
    "win64",
    "windows",
    "x64",
    "x86",
    "x86_64",
];

/// Whether a path names a platform.
pub(super) fn name_a_platform(path: &str) -> bool {
    parts(path).any(is_word)
}

/// The path without the words for platforms: the same for all variants of one thing.
pub(super) fn without_platform(path: &str) -> String {
    parts(path).filter(|part| !is_word(part)).collect::<Vec<_>>().join("-")
}

fn is_word(part: &str) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(part))
}

/// What is between `/`, `-`, `.`, `+` and `_`, where `x86_64` is one part.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '-', '.', '+', '@']).flat_map(|part| {
        let whole = is_word(part);
        part.split(move |letter| !whole && letter == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_in_names() {
        for path in
            ["prebuilds/darwin-x64+arm64/node.napi.node", "a.cpython-313-x86_64-linux-gnu.so", "lib/x_linux_arm64.so"]
        {
            assert!(name_a_platform(path), "{path}");
        }
        for path in ["numpy/core/multiarray.so", "armor/window.so", "bootstrap"] {
            assert!(!name_a_platform(path), "{path}");
        }
    }

    #[test]
    fn variants_of_one_thing() {
        let one = without_platform("node_modules/@img/sharp-libvips-darwin-arm64");
        assert_eq!(one, without_platform("node_modules/@img/sharp-libvips-linux-x64"));
        assert_ne!(one, without_platform("node_modules/@img/sharp-linux-x64"));
    }
}
