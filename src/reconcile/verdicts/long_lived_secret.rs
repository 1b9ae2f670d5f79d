//! A secret that nothing ends, or that ends later than the policy allows.

use super::{CSF, CWE, NHI, Say, Verdict};
use crate::domain::{Class, Level, Sureness};
use crate::reconcile::alive::{after, between, day, span};
use crate::reconcile::cases::{Case, World};

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
    let limit = world.policy.max_life;
    let lifetime = &secret.lifetime;
    let made = lifetime.minted.or(secret.committed).unwrap_or(world.policy.now);
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
        None if matches!(lifetime.class, Class::Static | Class::KeyMaterial | Class::Refresh) => Some(Say::all(case, "default", [title, place])),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::Class;
    use crate::reconcile::testing::Estate;

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
}
