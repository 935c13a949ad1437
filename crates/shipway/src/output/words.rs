//! Amounts in words: sizes, spans of time, plurals.

use std::time::Duration;

use jiff::Timestamp;

/// A size for people: `14.3 MB` (a million bytes, as AWS's quotas for zips are not).
pub(crate) fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is rounded to one decimal anyway")]
    let amount = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", amount / 1e3),
        _ => format!("{:.1} MB", amount / 1e6),
    }
}

/// A span of time for people: `240 ms`, `3.2 s`, `4 min 5 s`.
pub(crate) fn duration(span: Duration) -> String {
    match span.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{:.1} s", span.as_secs_f64()),
        _ => format!("{} min {} s", span.as_secs() / 60, span.as_secs() % 60),
    }
}

/// How long ago something was: `5 minutes ago`.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_second() - then.as_second()).max(0).unsigned_abs();
    match seconds {
        0..5 => "just now".to_owned(),
        5..120 => format!("{seconds} seconds ago"),
        120..7_200 => format!("{} minutes ago", seconds / 60),
        7_200..172_800 => format!("{} hours ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// `1 function`, `3 functions`.
pub(crate) fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_well() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(14_300_000), "14.3 MB");
        assert_eq!(duration(Duration::from_millis(240)), "240 ms");
        assert_eq!(duration(Duration::from_millis(3_210)), "3.2 s");
        assert_eq!(duration(Duration::from_secs(245)), "4 min 5 s");
        assert_eq!(plural(1, "function"), "1 function");
        let now = Timestamp::from_second(1_000_000).unwrap();
        let before = |seconds| Timestamp::from_second(1_000_000 - i64::from(seconds)).unwrap();
        assert_eq!(ago(before(1), now), "just now");
        assert_eq!(ago(before(300), now), "5 minutes ago");
        assert_eq!(ago(before(200_000), now), "2 days ago");
    }
}
