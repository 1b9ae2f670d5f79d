//! A secret older than its rotation period.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::{Level, seconds};
use crate::reconcile::alive::{between, day, span};
use crate::reconcile::cases::{Case, Secret, World};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2002,
    name: "stale-secret",
    level: Level::Warning,
    severity: 6.0,
    summary: "A secret is older than its rotation period.",
    description: "The longer a secret is in use, the more people, machines and backups have held it, and the likelier it is that one of them is not trusted any more. Its age is counted \
        from the date that the token carries, from its registration, or from the commit that introduced it, whichever is the earliest known; the period is that of its registration, or the policy's.",
    remedy: "Rotate it at its issuer, keep the new one in a secret store, and let a schedule do the next rotation. A period of its own goes into `rotate_every` of its registration.",
    messages: &[(
        "default",
        "'{0}' in '{1}' is '{2}' old; its rotation period is '{3}'. It exists since '{4}' at the latest; rotate it and remove the old one.",
    )],
    taxa: &[(NHI, "NHI7:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-262")],
    tags: &["security", "secret", "long-lived", "rotation"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let secret = case.secret().filter(|secret| !secret.alive.is_dead())?;
    let since = since(secret)?;
    let age = between(since, world.policy.now)?;
    let period = secret.entry.and_then(|entry| seconds(entry.value.rotate_every.as_deref()?)).unwrap_or(world.policy.rotate_every);
    (age > period).then(|| {
        let arguments = [case.label.clone(), case.at(&case.all()), span(age), span(period), day(since)];
        Say::all(case, "default", arguments).with("since", day(since)).with("age", age).with("period", period)
    })
}

/// The earliest moment at which it is known to have existed.
fn since(secret: &Secret<'_>) -> Option<Timestamp> {
    let created = secret.entry.and_then(|entry| entry.value.created);
    let created = created.and_then(|date| date.to_zoned(TimeZone::UTC).ok()).map(|moment| moment.timestamp());
    [secret.lifetime.minted, secret.committed, created].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    fn aged(minted: Option<&str>, committed: Option<&str>) -> Estate {
        Estate::new().credential("a.env", "x", |credential| {
            credential.lifetime.minted = minted.map(|text| text.parse().expect("a time"));
            credential.facts.extend(committed.map(|text| ("committed".to_owned(), text.to_owned())));
        })
    }

    #[test]
    fn age_is_counted_from_the_earliest_date_known() {
        let told = aged(None, Some("2026-01-01T00:00:00Z")).says("stale-secret");
        assert_eq!(
            told,
            [
                "'Acme key acme_[REDACTED]' in 'a.env' is '323 days' old; its rotation period is '90 days'. It exists since '2026-01-01' at the latest; rotate it and remove the old one."
            ]
        );
        assert_eq!(aged(Some("2026-11-01T00:00:00Z"), Some("2026-01-01T00:00:00Z")).says("stale-secret").len(), 1);
        assert!(aged(Some("2026-11-01T00:00:00Z"), None).says("stale-secret").is_empty());
        assert!(aged(None, None).says("stale-secret").is_empty());
        assert!(aged(Some("2036-11-01T00:00:00Z"), None).says("stale-secret").is_empty());
    }

    #[test]
    fn the_registration_may_set_the_period_and_the_date() {
        let registered = |every: &str, created: &str| {
            aged(None, None).identity("x", |entry| {
                entry.rotate_every = Some(every.into());
                entry.created = created.parse().ok();
            })
        };
        assert_eq!(registered("7d", "2026-11-01").says("stale-secret").len(), 1);
        assert!(registered("1y", "2026-01-01").says("stale-secret").is_empty());
    }
}
