//! A secret older than its rotation period.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::{Level, seconds};
use crate::reconcile::alive::{between, day, span};
use crate::reconcile::cases::{Case, Secret, World};
use crate::reconcile::story::{history, in_months, months};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2002,
    name: "stale-secret",
    level: Level::Warning,
    severity: 6.0,
    summary: "A secret is older than its rotation period.",
    description: "The longer a secret is in use, the more people, machines and backups have held it, and the likelier it is that one of them is not trusted any more. Its age is counted \
        from the date that the token carries, from its registration, or from the commit that introduced it, whichever is the earliest known; the period is that of its registration, or the policy's.",
    remedy: "Rotate it at its issuer, keep the new one in a secret store, and let a schedule do the next rotation. A period of its own goes into `rotate_every` of its registration.",
    messages: &[
        ("default", "'{0}' in '{1}' is '{2}' old; its rotation period is '{3}'. It exists since '{4}' at the latest; rotate it and remove the old one."),
        (
            "never",
            "'{0}' in '{1}' was never rotated in '{2}'; its rotation period is '{3}'. It is there, unchanged, since '{4}'; rotate it and remove the old one.",
        ),
        (
            "rotated",
            "'{0}' in '{1}' is '{2}' old; its rotation period is '{3}'. It was last rotated on '{4}', when it took the place of another; rotate it again.",
        ),
    ],
    taxa: &[(NHI, "NHI7:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-262")],
    tags: &["security", "secret", "long-lived", "rotation"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    // Where another value took its place, it was rotated.
    let secret = case.secret().filter(|secret| !secret.alive.is_dead() && !secret.is_replaced())?;
    let since = since(secret)?;
    let age = between(since, world.policy.now)?;
    let period = secret
        .entry
        .and_then(|entry| seconds(entry.value.rotate_every.as_deref()?))
        .unwrap_or_else(|| world.policy.rotation(secret.lifetime.class, case.zone_of_each()));
    (age > period).then(|| {
        let (message, old, date) = words(secret, since, age);
        let arguments = [case.label.clone(), case.at(&case.all()), old, span(period), date];
        let say = Say::all(case, message, arguments).with("since", day(since)).with("age", age).with("period", period);
        history(secret).into_iter().fold(say, |say, (name, value)| say.with(&name, value))
    })
}

/// What the history says of rotation, when it is what the age is counted from.
fn words(secret: &Secret<'_>, since: Timestamp, age: u64) -> (&'static str, String, String) {
    let rotation = secret.story.as_ref().filter(|story| story.since() == Some(since)).map(|story| &story.rotation);
    let told = |at: Option<Timestamp>| at.filter(|at| *at == since);
    match rotation {
        Some(rotation) if told(rotation.never_since).is_some() && months(age) > 1 => ("never", in_months(age), day(since)),
        Some(rotation) if told(rotation.last).is_some() => ("rotated", span(age), day(since)),
        _ => ("default", span(age), day(since)),
    }
}

/// The earliest moment at which it is known to have existed.
fn since(secret: &Secret<'_>) -> Option<Timestamp> {
    let created = secret.entry.and_then(|entry| entry.value.created);
    let created = created.and_then(|date| date.to_zoned(TimeZone::UTC).ok()).map(|moment| moment.timestamp());
    [secret.lifetime.minted, secret.since, created].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use crate::domain::{Class, Credential, LifetimeRule};
    use crate::reconcile::testing::{Estate, Marked as _, span};

    fn aged(minted: Option<&str>, month: Option<u32>) -> Estate {
        let change = |credential: &mut Credential| credential.lifetime.minted = minted.map(|text| text.parse().expect("a time"));
        let estate = Estate::new().credential("a.env", "x", change);
        match month {
            Some(month) => estate.past_of("a.env", "x", span(month, 34, None).head(), change),
            None => estate,
        }
    }

    #[test]
    fn age_is_counted_from_the_earliest_date_known() {
        let told = |minted: &str, month| aged(Some(minted), month).says("stale-secret");
        assert_eq!(
            told("2026-01-01T00:00:00Z", None),
            [
                "'Acme key acme_[REDACTED]' in 'a.env' is '323 days' old; its rotation period is '90 days'. It exists since '2026-01-01' at the latest; rotate it and remove the old one."
            ]
        );
        assert!(told("2025-12-01T00:00:00Z", Some(25))[0].contains("since '2025-12-01' at the latest"));
        assert_eq!(told("2026-11-01T00:00:00Z", Some(25)).len(), 1);
        assert!(told("2026-11-01T00:00:00Z", None).is_empty());
        assert!(aged(None, None).says("stale-secret").is_empty());
        assert!(told("2036-11-01T00:00:00Z", None).is_empty());
    }

    #[test]
    fn class_and_zone_have_periods_of_their_own() {
        let minted = |credential: &mut Credential| credential.lifetime.minted = "2026-10-10T00:00:00Z".parse().ok();
        let mut estate = Estate::new().credential("a.env", "x", minted).credential("deploy/prod/b.env", "y", minted);
        assert!(estate.says("stale-secret").is_empty());
        let rule = LifetimeRule { class: Some(Class::Static), zone: Some("production".into()), rotate_every: Some("30d".into()), max_life: None };
        estate.policy.lifetimes = vec![rule];
        let told = estate.says("stale-secret");
        assert!(told.len() == 1 && told[0].contains("deploy/prod/b.env") && told[0].contains("'30 days'"), "{told:?}");
        estate.policy.lifetimes[0].class = Some(Class::KeyMaterial);
        assert!(estate.says("stale-secret").is_empty());
    }

    #[test]
    fn the_history_says_when_it_was_last_rotated_or_that_it_never_was() {
        assert_eq!(
            aged(None, Some(25)).says("stale-secret"),
            [
                "'Acme key acme_[REDACTED]' in 'a.env' was never rotated in '10 months'; its rotation period is '90 days'. It is there, unchanged, since '2026-01-01'; rotate it and remove the old one."
            ]
        );
        let rotated = aged(None, Some(25)).past("a.env", "y", span(3, 24, Some(25)));
        assert_eq!(
            rotated.says("stale-secret"),
            [
                "'Acme key acme_[REDACTED]' in 'a.env' is '323 days' old; its rotation period is '90 days'. It was last rotated on '2026-01-01', when it took the place of another; rotate it again."
            ]
        );
    }

    #[test]
    fn what_was_replaced_is_not_stale_and_what_was_only_removed_is() {
        let removed = Estate::new().past("a.env", "x", span(1, 3, Some(4)));
        assert!(removed.says("stale-secret")[0].contains("It exists since '2024-01-01' at the latest"));
        assert!(
            removed
                .past("a.env", "y", span(4, 5, None).head())
                .says("stale-secret")
                .iter()
                .all(|text| text.contains("was never") || text.contains("last rotated on '2024-04-01'"))
        );
    }

    #[test]
    fn a_guessable_secret_may_have_been_changed_since_its_name_came() {
        let estate = Estate::new().guessable("a.env", 1).past_guessable("a.env", span(1, 3, None).head());
        assert!(estate.says("stale-secret").is_empty());
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
