//! Points in time as people type them: `90d`, `2 weeks ago`, `2026-03-31`, `2026-03-31T12:00Z`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain;

/// The time that a text means, seen from `now`; what has no zone is UTC. None for what is no time: it may still be a revision, so a span
/// that goes back before 1970 is none, and neither are digits without dashes.
pub(super) fn time(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(seconds) = domain::seconds(text).or_else(|| ago(text)) {
        let span = SignedDuration::from_secs(seconds.try_into().ok()?);
        return now.checked_sub(span).ok().filter(|time| time.as_second() >= 0);
    }
    let is_dashed = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    let zoned = || text.parse::<Timestamp>().ok();
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    is_dashed.then(|| zoned().or_else(civil)).flatten()
}

/// `2 weeks ago`, or `2.weeks.ago`, as git takes both; in seconds.
fn ago(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', '.']).filter(|word| !word.is_empty()).collect();
    let [count, unit, "ago"] = words[..] else { return None };
    let each = match unit.trim_end_matches('s') {
        "second" => "1s",
        "minute" => "1m",
        "hour" => "1h",
        "day" => "1d",
        "week" => "1w",
        "month" => "30d",
        "year" => "1y",
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(domain::seconds(each)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_other_words_are_not() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
        for (text, meant) in [
            ("1d", "2026-11-19T12:00:00Z"),
            ("2 weeks ago", "2026-11-06T12:00:00Z"),
            ("1.month.ago", "2026-10-21T12:00:00Z"),
            ("2026-03-31", "2026-03-31T00:00:00Z"),
            ("2026-03-31T10:00", "2026-03-31T10:00:00Z"),
            ("2026-03-31 10:00+02:00", "2026-03-31T08:00:00Z"),
        ] {
            assert_eq!(time(text, now).map(|time| time.to_string()).as_deref(), Some(meant), "{text}");
        }
        for text in ["", "main", "20260331", "1234567d", "99999999999999999999d", "2026-13-01", "2 weeks", "x weeks ago", "2026-", "é-----"] {
            assert_eq!(time(text, now), None, "{text}");
        }
    }
}
