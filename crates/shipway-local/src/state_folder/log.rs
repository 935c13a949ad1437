//! The form of the log: one record a line, each with a checksum of its own.
//!
//! `crc32(json) in 8 hexadecimal digits, a space, json, newline`. The JSON has no line break. A record that a crash cut
//! short is the last line and either has no newline or does not match its checksum; it is left out, and its writer never
//! said that it was done. A record that does not match but is followed by another is damage, and an error.

use serde::{Deserialize, Serialize};
use shipway_lambda_model::{Change, State};

/// The version of this format.
pub(super) const FORMAT: u32 = 1;

/// One record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Record {
    /// The first record of a log.
    Header { format: u32, account: String, region: String },
    /// The second: everything as it was when the log was written anew.
    State(Box<State>),
    /// What one request changed.
    Changes(Vec<Change>),
}

/// The line of a record.
pub(super) fn encode(record: &Record) -> Result<Vec<u8>, serde_json::Error> {
    let json = serde_json::to_string(record)?;
    Ok(format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes())
}

/// The records of a piece of a log, and how many of its bytes they take: the rest is a torn tail.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) records: Vec<Record>,
    pub(super) whole: usize,
}

/// A record in the middle that cannot be read: where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damaged {
    pub(super) offset: usize,
}

/// Reads whole records.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Damaged> {
    let mut decoded = Decoded { records: Vec::new(), whole: 0 };
    while decoded.whole < bytes.len() {
        let rest = bytes.get(decoded.whole..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            break;
        };
        let (line, after) = rest.split_at(length);
        match decode_line(line) {
            Line::Record(record) => decoded.records.push(record),
            // Nothing but the newline follows: the tail.
            Line::Garbled if after.len() <= 1 => break,
            // What is whole but means nothing is from another version: to cut it off would lose it.
            Line::Garbled | Line::Foreign => return Err(Damaged { offset: decoded.whole }),
        }
        decoded.whole += length + 1;
    }
    Ok(decoded)
}

enum Line {
    Record(Record),
    /// It does not match its checksum.
    Garbled,
    /// It matches its checksum, and is no record that this version knows.
    Foreign,
}

fn decode_line(line: &[u8]) -> Line {
    let Some(json) = checked(line) else {
        return Line::Garbled;
    };
    serde_json::from_slice(json).map_or(Line::Foreign, Line::Record)
}

/// The JSON of a line that matches its checksum.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (checksum, json) = line.split_at_checked(9)?;
    let checksum = std::str::from_utf8(checksum.strip_suffix(b" ")?).ok()?;
    let checksum = u32::from_str_radix(checksum, 16).ok()?;
    (crc32fast::hash(json) == checksum).then_some(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Record {
        Record::Changes(vec![Change::Function { name: "orders".to_owned(), function: None, published: 3 }])
    }

    #[test]
    fn a_cut_or_garbled_tail_is_left_out() {
        let first = encode(&changes()).unwrap();
        let mut log = first.clone();
        log.extend(encode(&changes()).unwrap());
        for length in first.len()..log.len() {
            let decoded = decode(&log[..length]).unwrap();
            assert_eq!((decoded.records.len(), decoded.whole), (1, first.len()));
        }
        for position in first.len()..log.len() {
            let mut garbled = log.clone();
            garbled[position] ^= 1;
            assert_eq!(decode(&garbled).unwrap().whole, first.len());
        }
        assert_eq!(decode(&log).unwrap().whole, log.len());
    }

    #[test]
    fn damage_before_the_tail_is_an_error() {
        let first = encode(&changes()).unwrap();
        let mut log = [first.clone(), first.clone()].concat();
        log[3] = b'x';
        assert_eq!(decode(&log).unwrap_err(), Damaged { offset: 0 });
    }

    #[test]
    fn a_whole_record_of_another_version_is_not_cut_off() {
        let first = encode(&changes()).unwrap();
        let json = r#"{"Renamed":"orders"}"#;
        let foreign = format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
        let log = [first.as_slice(), foreign.as_bytes()].concat();
        assert_eq!(decode(&log).unwrap_err(), Damaged { offset: first.len() });
    }
}
