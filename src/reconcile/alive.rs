//! Can a credential still work? Told from its dates and its issuer's limits, without asking anyone.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Class, Lifetime};

/// What the dates say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Alive {
    /// Nothing ends it, or its end has not come.
    Yes,
    /// It dies by itself soon after it is made, and nothing says when that was.
    Unknown,
    /// Its written expiry has passed.
    Expired(Timestamp),
    /// Its issuer's limit has passed, counted from this day at the latest.
    LikelyDead { since: Timestamp, made: Timestamp, life: u64 },
}

impl Alive {
    /// `seen` is a day on which the credential existed: that of the commit that introduced it.
    pub(super) fn of(lifetime: &Lifetime, seen: Option<Timestamp>, now: Timestamp) -> Self {
        if let Some(expires) = lifetime.expires {
            return if expires <= now { Self::Expired(expires) } else { Self::Yes };
        }
        let made = [lifetime.minted, seen].into_iter().flatten().min();
        match (lifetime.life.filter(|_| ends(lifetime.class)), made) {
            (Some(life), Some(made)) => match after(made, life) {
                Some(since) if since <= now => Self::LikelyDead { since, made, life },
                _ => Self::Yes,
            },
            (_, None) if lifetime.class == Class::Ephemeral => Self::Unknown,
            _ => Self::Yes,
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        matches!(self, Self::Expired(_) | Self::LikelyDead { .. })
    }

    /// One word for machines.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Yes => "alive",
            Self::Unknown => "unknown",
            Self::Expired(_) => "expired",
            Self::LikelyDead { .. } => "likely-dead",
        }
    }

    /// What remains of a finding's rank, in percent.
    pub(super) fn share(&self) -> u32 {
        match self {
            Self::Yes => 100,
            Self::Unknown => 70,
            Self::LikelyDead { .. } => 40,
            Self::Expired(_) => 25,
        }
    }
}

/// Does the issuer end credentials of this class, whatever their holder does?
fn ends(class: Class) -> bool {
    matches!(class, Class::Capped | Class::Ephemeral | Class::Refresh | Class::Dated)
}

/// A moment and some seconds, where the calendar reaches so far.
pub(super) fn after(moment: Timestamp, seconds: u64) -> Option<Timestamp> {
    moment.checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok()
}

/// Seconds from one moment to a later one; none when it is earlier.
pub(super) fn between(earlier: Timestamp, later: Timestamp) -> Option<u64> {
    u64::try_from(later.as_second().checked_sub(earlier.as_second())?).ok()
}

/// A length of time as people say it: `90 days`, `12 hours`, `2 years`.
pub(super) fn span(seconds: u64) -> String {
    let days = seconds / 86_400;
    let (number, unit) = match seconds {
        0..3600 => (seconds.div_ceil(60), "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ if days < 730 => (days, "day"),
        _ => (days / 365, "year"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The day of a moment, in UTC.
pub(super) fn day(moment: Timestamp) -> String {
    moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn dates_decide_and_the_cap_counts_from_the_earliest_sight() {
        let now = time("2026-11-20T00:00:00Z");
        let dated = |expires: &str| Lifetime { class: Class::Dated, expires: Some(time(expires)), ..Lifetime::default() };
        assert!(matches!(Alive::of(&dated("2026-11-19T00:00:00Z"), None, now), Alive::Expired(_)));
        assert_eq!(Alive::of(&dated("2026-11-21T00:00:00Z"), None, now), Alive::Yes);
        let capped = Lifetime { class: Class::Capped, life: Some(90 * 86_400), minted: Some(time("2026-10-01T00:00:00Z")), ..Lifetime::default() };
        assert_eq!(Alive::of(&capped, None, now), Alive::Yes);
        assert!(Alive::of(&capped, Some(time("2026-01-01T00:00:00Z")), now).is_dead());
        assert_eq!(Alive::of(&Lifetime { class: Class::Ephemeral, life: Some(3600), ..Lifetime::default() }, None, now), Alive::Unknown);
        assert_eq!(
            Alive::of(&Lifetime { class: Class::Static, life: Some(1), minted: Some(time("2020-01-01T00:00:00Z")), ..Lifetime::default() }, None, now),
            Alive::Yes
        );
        let absurd = Lifetime { class: Class::Capped, life: Some(u64::MAX), minted: Some(now), ..Lifetime::default() };
        assert_eq!(Alive::of(&absurd, None, now), Alive::Yes);
    }

    #[test]
    fn lengths_are_said_as_people_say_them() {
        let said: Vec<_> = [60, 43_200, 86_400, 90 * 86_400, 800 * 86_400].map(span).into();
        assert_eq!(said, ["1 minute", "12 hours", "24 hours", "90 days", "2 years"]);
    }
}
