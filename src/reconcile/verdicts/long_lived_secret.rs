//! A secret that nothing ends, or that ends later than the policy allows.

use jiff::Timestamp;

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::{Class, Level, Sureness};
use crate::reconcile::alive::{after, between, day, span};
use crate::reconcile::cases::{Case, Secret, World};
use crate::reconcile::story::{Story, history, in_months, months};

pub(super) const VERDICT: Verdict = Verdict {
    code: 2001,
    name: "long-lived-secret",
    level: Level::Warning,
    severity: 6.5,
    summary: "A secret has no expiry, or lives longer than the policy allows.",
    description: "A credential that nothing ends stays usable for whoever copied it, for as long as nobody notices: every backup, clone and log that ever held it keeps \
        working as a key. A short life bounds what one leak can cost. This tells static keys, private keys and self-renewing tokens, and tokens whose own expiry lies beyond \
        the longest life of the policy.",
    remedy: "Replace it by a credential that ends by itself: workload identity or federation where the issuer has it, else a token with an expiry within the policy's `max_life`.",
    messages: &[
        ("default", "'{0}' in '{1}' has no expiry. It works until someone revokes it; replace it by a short-lived credential."),
        (
            "kept",
            "'{0}' in '{1}' has no expiry, and in '{2}' since '{3}' it was never rotated. It works until someone revokes it; replace it by a short-lived credential.",
        ),
        ("past", "'{0}' has no expiry, and '{1}' held it from '{2}' to '{3}'. That it is gone from there ends nothing: it works until someone revokes it."),
        ("replaced", "'{0}' has no expiry, and '{1}' held it since '{2}'. Another value took its place on '{3}'; make sure that this one was revoked then."),
        ("beyond", "'{0}' in '{1}' lives '{2}', longer than the '{3}' that the policy allows. Issue it anew with a nearer expiry."),
    ],
    taxa: &[(NHI, "NHI7:2025"), (CSF, "PR.AA-01"), (CWE, "CWE-1391")],
    tags: &["security", "secret", "long-lived"],
    judge,
};

fn judge(case: &Case<'_>, world: &World<'_>) -> Option<Say> {
    let secret = case.secret().filter(|secret| !secret.alive.is_dead())?;
    if case.sights.iter().all(|sight| sight.sureness == Sureness::Weak) {
        return None;
    }
    let lifetime = &secret.lifetime;
    let limit = world.policy.longest_life(lifetime.class, case.zone_of_each());
    let made = lifetime.minted.or(secret.since).unwrap_or(world.policy.now);
    // Without a day of making, what is left of its life is the least it can be.
    let life = match lifetime.expires {
        Some(expires) => between(made, expires),
        None => lifetime.life,
    };
    let capped = !matches!(lifetime.class, Class::Static | Class::KeyMaterial) || lifetime.expires.is_some();
    let (title, place) = (case.label.clone(), case.at(&case.all()));
    match life.filter(|_| capped) {
        Some(life) if life <= limit => None,
        Some(life) => {
            let end = lifetime.end().or_else(|| after(made, life)).map(day).unwrap_or_default();
            Some(Say::all(case, "beyond", [title, place, span(life), span(limit)]).with("life", life).with("ends", end))
        }
        None if matches!(lifetime.class, Class::Static | Class::KeyMaterial | Class::Refresh) => Some(endless(case, secret, world)),
        None => None,
    }
}

/// Nothing ends it: what its history tells of it, in words.
fn endless(case: &Case<'_>, secret: &Secret<'_>, world: &World<'_>) -> Say {
    let (title, place) = (case.label.clone(), case.at(&case.all()));
    let told = |story: &Story| {
        let since = story.since()?;
        let exposed = story.exposed(world.policy.now)?;
        let dates = |until: Timestamp| [title.clone(), place.clone(), day(since), day(until)];
        let say = match (story.rotation.replaced, &story.gone) {
            (Some(replaced), _) => Say::all(case, "replaced", dates(replaced)),
            (None, Some(gone)) => Say::all(case, "past", dates(gone.at)),
            (None, None) if story.rotation.never_since.is_some() && months(exposed) > 1 => {
                Say::all(case, "kept", [title.clone(), place.clone(), in_months(exposed), day(since)])
            }
            (None, None) => return None,
        };
        Some(say)
    };
    let say = secret.story.as_ref().and_then(told).unwrap_or_else(|| Say::all(case, "default", [title, place]));
    history(secret).into_iter().fold(say, |say, (name, value)| say.with(&name, value))
}

#[cfg(test)]
mod tests {
    use crate::domain::Class;
    use crate::reconcile::testing::{Estate, Marked as _, span};

    fn says(class: Class, minted: Option<&str>, expires: Option<&str>, life: Option<u64>) -> Vec<String> {
        let time = |text: Option<&str>| text.map(|text| text.parse().expect("a time"));
        let estate = Estate::new().credential("a.env", "x", |credential| {
            credential.lifetime.class = class;
            credential.lifetime.minted = time(minted);
            credential.lifetime.expires = time(expires);
            credential.lifetime.life = life;
        });
        estate.says("long-lived-secret")
    }

    #[test]
    fn static_secrets_and_long_expiries_are_told() {
        assert_eq!(
            says(Class::Static, None, None, None),
            ["'Acme key acme_[REDACTED]' in 'a.env' has no expiry. It works until someone revokes it; replace it by a short-lived credential."]
        );
        let dated = says(Class::Dated, Some("2026-11-01T00:00:00Z"), Some("2036-11-01T00:00:00Z"), None);
        assert_eq!(
            dated,
            ["'Acme key acme_[REDACTED]' in 'a.env' lives '10 years', longer than the '90 days' that the policy allows. Issue it anew with a nearer expiry."]
        );
        assert_eq!(says(Class::Capped, None, None, Some(365 * 86_400)).len(), 1);
    }

    #[test]
    fn short_lives_and_the_dead_are_not() {
        assert!(says(Class::Dated, Some("2026-11-01T00:00:00Z"), Some("2026-12-01T00:00:00Z"), None).is_empty());
        assert!(says(Class::Ephemeral, None, None, Some(3600)).is_empty());
        assert!(says(Class::Ephemeral, None, None, None).is_empty());
        assert!(says(Class::Dated, Some("2010-11-01T00:00:00Z"), Some("2020-12-01T00:00:00Z"), None).is_empty());
    }

    #[test]
    fn the_history_gives_the_evidence_in_words() {
        let kept = Estate::new().credential("a.env", "x", |_| {}).past("a.env", "x", span(1, 30, None).head());
        assert_eq!(
            kept.says("long-lived-secret"),
            [
                "'Acme key acme_[REDACTED]' in 'a.env' has no expiry, and in '34 months' since '2024-01-01' it was never rotated. It works until someone revokes it; replace it by a short-lived credential."
            ]
        );
        let past = Estate::new().past("a.env", "x", span(1, 3, Some(4)));
        assert_eq!(
            past.says("long-lived-secret"),
            [
                "'Acme key acme_[REDACTED]' has no expiry, and 'a.env' held it from '2024-01-01' to '2024-04-01'. That it is gone from there ends nothing: it works until someone revokes it."
            ]
        );
        let replaced = past.past("a.env", "y", span(4, 5, None).head());
        assert!(replaced.says("long-lived-secret").iter().any(|text| text.contains("Another value took its place on '2024-04-01'")));
        let guessable = Estate::new().guessable("a.env", 1).past_guessable("a.env", span(1, 3, None).head());
        assert!(guessable.says("long-lived-secret")[0].contains("has no expiry. It works"));
    }
}
