//! How moments are written. It reads no clock: every moment is a number that the caller passed in.

use jiff::Timestamp;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Milliseconds = u64;

/// `YYYY-MM-DDThh:mm:ss.sss+0000`, the form of `LastModified`. A moment past the year 9999 is written as the epoch.
pub(crate) fn last_modified(at: Milliseconds) -> String {
    let timestamp = i64::try_from(at)
        .ok()
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// Seconds since the epoch with their fraction: the form of a timestamp in rest-json.
pub(crate) fn epoch_seconds(at: Milliseconds) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit a double exactly")]
    let milliseconds = at as f64;
    milliseconds / 1000.0
}
