//! Guards the bytes of the format. If a digest here changes, `PACKAGE_FORMAT` must change with it.

use std::fs;

use shipway_package::PACKAGE_FORMAT;

use crate::support::{Fixture, sample_bytes};

#[test]
fn a_zip_byte_by_byte() {
    let fixture = Fixture::with_files(&[("bootstrap", "#!/bin/sh\n"), ("\u{e9}/a.txt", &"lambda ".repeat(20))]);
    fixture.set_mode("bootstrap", 0o755);
    fixture.package();
    let expected = concat!(
        // Local header: 1980-01-01, stored (deflate would not shrink it), CRC, 10 bytes of 10, a name of 9.
        "504b0304 1400 0000 0000 0000 2100 1d9dfb04 0a000000 0a000000 0900 0000",
        "626f6f747374726170 23212f62696e2f73680a",
        // UTF-8 name (0x0800), deflated, 12 bytes of 140, a name of 8.
        "504b0304 1400 0008 0800 0000 2100 54b34913 0c000000 8c000000 0800 0000",
        "c3a92f612e747874 cb49cc4d4a4954c8190c1400",
        // Central directory: made by Unix, the rest as before, mode 0100755 and offset 0.
        "504b0102 1403 1400 0000 0000 0000 2100 1d9dfb04 0a000000 0a000000 0900 0000 0000 0000 0000 0000ed81 00000000",
        "626f6f747374726170",
        // Mode 0100644, offset 49.
        "504b0102 1403 1400 0008 0800 0000 2100 54b34913 0c000000 8c000000 0800 0000 0000 0000 0000 0000a481 31000000",
        "c3a92f612e747874",
        // End: 2 entries, a directory of 109 bytes at 99, no comment.
        "504b0506 0000 0000 0200 0200 6d000000 63000000 0000",
    );
    let zip = hex::encode(fs::read(fixture.zip()).unwrap());
    assert_eq!(zip, expected.replace(' ', ""));
}

#[test]
fn golden_digests() {
    let fixture = Fixture::new();
    fixture.write("app.py", &b"def handler(event, context):\n    return event\n".repeat(50));
    fixture.write("bootstrap", &sample_bytes(1, 300_000));
    fixture.set_mode("bootstrap", 0o755);
    fixture.write("lib/empty", b"");
    fixture.write("lib/large.bin", &sample_bytes(7, (16 << 20) + 12_345));
    let package = fixture.package();
    let actual = (PACKAGE_FORMAT, package.zip_sha256.to_string(), package.package_digest.to_string());
    let expected = (
        1,
        "8c8b24adf06eb278eeaea8f30e041efe0863ea3d3004174ccebb1d1f93d6df2a",
        "dcf328403b7b61c7837da3821f26329a9ff17176745dbe8ec2ff7268d75ee98e",
    );
    assert_eq!((actual.0, actual.1.as_str(), actual.2.as_str()), expected);
}
